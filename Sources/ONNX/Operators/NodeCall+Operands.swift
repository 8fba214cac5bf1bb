import ArrayFiles
import Compute

extension NodeCall {
  /// Input `index`, which must hold floating-point numbers.
  func floating(_ index: Int) throws -> Tensor {
    let value = try value(index)
    guard value.tensor.element == .float32 else {
      throw ImportError("input \(index) is \(value.element.rawValue); floating-point numbers are needed")
    }
    return value.tensor
  }

  /// Input `index`, which must hold numbers of any kind.
  func numeric(_ index: Int) throws -> Tensor {
    let value = try value(index)
    guard value.tensor.element != .bool else {
      throw ImportError("input \(index) is bool; numbers are needed")
    }
    return value.tensor
  }

  /// Input `index`, which must hold truth values.
  func truth(_ index: Int) throws -> Tensor {
    let value = try value(index)
    guard value.tensor.element == .bool else {
      throw ImportError("input \(index) is \(value.element.rawValue); truth values are needed")
    }
    return value.tensor
  }

  /// Every input, of which there must be at least one and none may be left out; all have one element type.
  func all() throws -> [Tensor] {
    let tensors = try (0..<max(1, inputs.count)).map(tensor)
    let element = tensors[0].element
    for (index, tensor) in tensors.enumerated() where tensor.element != element {
      let (first, other) = (try self.element(0), try self.element(index))
      throw ImportError("input \(index) is \(other.rawValue), but input 0 is \(first.rawValue)")
    }
    return tensors
  }

  /// The one known integer of input `index`.
  func knownInteger(_ index: Int) throws -> Int {
    let values = try knownIntegers(index)
    guard values.count == 1 else {
      throw ImportError("input \(index) should be one number, not \(values.count)")
    }
    return values[0]
  }

  /// The one known number of input `index`.
  func knownNumber(_ index: Int) throws -> Double {
    let values = try known(index).doubles
    guard values.count == 1 else {
      throw ImportError("input \(index) should be one number, not \(values.count)")
    }
    return values[0]
  }

  /// A list of integers that is an attribute in old operator sets and input `index` in later ones; nil if
  /// left out.
  func integers(_ name: String, orInput index: Int) throws -> [Int]? {
    has(index) ? try knownIntegers(index) : try integers(name)
  }

  /// Whether an integer attribute is not 0.
  func flag(_ name: String, default value: Bool = false) throws -> Bool {
    try integer(name, default: value ? 1 : 0) != 0
  }

  /// Axes counted from the front, each at most once, in the order given.
  func axes(_ axes: [Int], rank: Int) throws -> [Int] {
    let counted = try axes.map { try axis($0, rank: rank) }
    guard Set(counted).count == counted.count else { throw ImportError("the axes \(axes) name one twice") }
    return counted
  }

  /// Extents from a file as a shape that tensors can have.
  func shape(_ extents: [Int]) throws -> Shape {
    guard extents.count <= 8 else {
      throw ImportError("\(Shape(extents)) has \(extents.count) axes; at most 8 are supported")
    }
    // Empty axes count as 1, so that no product over some of the axes overflows either.
    let count = Shape(extents.map { max(1, $0) }).count
    guard extents.allSatisfy({ $0 >= 0 }), count < Int(Int32.max) else {
      throw ImportError("\(Shape(extents)) is not the shape of a tensor of less than 2^31 elements")
    }
    return Shape(extents)
  }

  /// The shape that inputs are broadcast to.
  func broadcastShape(_ shapes: [Shape]) throws -> Shape {
    try shapes.dropFirst().reduce(shapes[0]) { common, next in
      if next == common { return common }
      guard let wider = Shape.broadcast(common, next) else {
        throw ImportError("the shapes \(common) and \(next) do not broadcast")
      }
      return try shape(wider.extents)
    }
  }

  /// A result of the type of input 0.
  func result(_ tensor: Tensor) throws -> [ImportedValue] { [ImportedValue(tensor, try element(0))] }
}
