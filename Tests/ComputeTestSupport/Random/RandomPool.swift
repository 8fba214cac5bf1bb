import Compute

/// A value of a random program and what is known about it.
struct RandomValue {
  let tensor: Tensor
  /// No element is farther from 0.
  let bound: Double
  /// Whether all devices have the same bits: only such values may be compared, rounded or counted, because a function
  /// that jumps turns a difference in the last bit into another result.
  let isExact: Bool
}

/// The values a random program has computed so far.
struct RandomPool {
  let scope: Scope
  var generator: SeededGenerator
  private(set) var values: [RandomValue] = []

  init(scope: Scope, generator: SeededGenerator) {
    self.scope = scope
    self.generator = generator
  }

  mutating func add(_ value: RandomValue) { values.append(moderate(value)) }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  /// A value of this element type, or nil while there is none; later ones are likelier.
  mutating func pick(_ element: ElementType, exact: Bool = false) -> RandomValue? {
    let known = values.filter { $0.tensor.element == element && ($0.isExact || !exact) }
    guard !known.isEmpty else { return nil }
    let index = Swift.max(int(0...(known.count - 1)), int(0...(known.count - 1)))
    return known[index]
  }

  /// A value of any type.
  mutating func pickAny() -> RandomValue? { values.randomElement(using: &generator) }

  /// A value of the element type whose elements fill another shape: cut off, or repeated.
  mutating func pick(_ element: ElementType, exact: Bool = false, shaped shape: Shape) -> RandomValue? {
    pick(element, exact: exact).map { fitted($0, shape) }
  }

  func fitted(_ value: RandomValue, _ shape: Shape) -> RandomValue {
    let count = value.tensor.shape.count
    let copies = (shape.count + count - 1) / count
    var flat = value.tensor.reshaped([1, count])
    if copies > 1 { flat = flat.broadcast(to: [copies, count]) }
    flat = flat.reshaped([copies * count]).sliced(axis: 0, from: 0, count: shape.count)
    return RandomValue(tensor: flat.reshaped(shape), bound: value.bound, isExact: value.isExact)
  }

  /// A shape of at most 48 elements.
  mutating func shape() -> Shape {
    var extents: [Int] = []
    for _ in 0..<int(0...4) {
      let extent = int(1...4)
      if extents.reduce(extent, *) <= 48 { extents.append(extent) }
    }
    return Shape(extents)
  }

  /// The value, squashed when its elements may have become large.
  private func moderate(_ value: RandomValue) -> RandomValue {
    let small =
      value.tensor.shape.count <= 64 ? value : fitted(value, [64])
    switch small.tensor.element {
    case .float32 where small.bound > 4:
      // A sine, because functions that saturate make derivatives small by cancellation, which float32 shows.
      return RandomValue(tensor: (small.tensor * (4 / small.bound)).sin(), bound: 1, isExact: false)
    case .int32 where small.bound > 50:
      let seven = scope.full(small.tensor.shape, 7, .int32)
      return RandomValue(tensor: small.tensor % seven, bound: 6, isExact: true)
    default: return small
    }
  }
}
