import ArrayFiles
import Compute

extension Operator {
  /// Questions about shapes, and the same elements in another shape.
  static let shapes: [String: Operator] = [
    "Shape": Operator { call in
      let extents = try call.tensor(0).shape.extents
      let start = clamped(try call.integer("start", default: 0), to: extents.count)
      let end = clamped(try call.integer("end", default: extents.count), to: extents.count)
      return [ImportedValue(integers: Array(extents[start..<max(start, end)]), in: call.scope)]
    },
    "Size": Operator { call in
      let count = Int64(try call.tensor(0).shape.count)
      let stored = StoredArray(shape: [], integers: [count], as: .int64)
      return [ImportedValue(constant: stored, in: call.scope)]
    },
    "Flatten": Operator { call in
      let x = try call.tensor(0)
      let axis = try call.integer("axis", default: 1)
      let split = axis < 0 ? axis + x.rank : axis
      guard split >= 0, split <= x.rank else { throw ImportError("there is no axis \(axis) of \(x.rank)") }
      let (rows, columns) = (x.shape.extents[..<split], x.shape.extents[split...])
      return try call.result(x.reshaped([rows.reduce(1, *), columns.reduce(1, *)]))
    },
    "Reshape": Operator { call in
      let x = try call.tensor(0)
      return try call.result(x.reshaped(try reshapeTarget(x.shape, call)))
    },
    "Squeeze": Operator { call in
      let x = try call.tensor(0)
      let given = try call.integers("axes", orInput: 1).map { try call.axes($0, rank: x.rank) }
      let axes = given ?? (0..<x.rank).filter { x.shape[$0] == 1 }
      for axis in axes where x.shape[axis] != 1 {
        throw ImportError("axis \(axis) of \(x.shape) is to be removed, but its extent is not 1")
      }
      return try call.result(
        x.reshaped(Shape((0..<x.rank).filter { !axes.contains($0) }.map { x.shape[$0] })))
    },
    "Unsqueeze": Operator { call in
      let x = try call.tensor(0)
      guard let given = try call.integers("axes", orInput: 1) else {
        throw ImportError("the axes are missing")
      }
      let axes = try call.axes(given, rank: x.rank + given.count)
      var extents = x.shape.extents
      for axis in axes.sorted() { extents.insert(1, at: axis) }
      return try call.result(x.reshaped(try call.shape(extents)))
    },
    "Transpose": Operator { call in
      let x = try call.tensor(0)
      let permutation = try call.integers("perm") ?? (0..<x.rank).reversed()
      guard permutation.sorted() == Array(0..<x.rank) else {
        throw ImportError("attribute 'perm' is \(permutation), which does not order the axes of \(x.shape)")
      }
      return try call.result(x.transposed(permutation))
    },
    "Expand": Operator { call in
      let x = try call.tensor(0)
      let target = try call.shape(try call.knownIntegers(1))
      return try call.result(x.broadcast(to: try call.broadcastShape([x.shape, target])))
    },
  ]

  /// A place between axes, counted from the end when negative, moved into range.
  private static func clamped(_ place: Int, to rank: Int) -> Int {
    min(max(place < 0 ? place + rank : place, 0), rank)
  }

  /// The extents that a `Reshape` asks for: 0 keeps that of the same axis, -1 takes what is left.
  private static func reshapeTarget(_ shape: Shape, _ call: NodeCall) throws -> Shape {
    let given = try call.knownIntegers(1)
    let keepsZeros = try call.flag("allowzero")
    var extents = try given.enumerated().map { axis, extent in
      guard extent == 0, !keepsZeros else { return extent }
      guard axis < shape.rank else {
        throw ImportError("\(Shape(given)) keeps the extent of axis \(axis), which \(shape) does not have")
      }
      return shape[axis]
    }
    let open = extents.indices.filter { extents[$0] == -1 }
    if let axis = open.first, open.count == 1 {
      extents[axis] = 1
      let known = try call.shape(extents).count
      guard known > 0, shape.count % known == 0 else {
        throw ImportError("the elements of \(shape) cannot be arranged as \(Shape(given))")
      }
      extents[axis] = shape.count / known
    }
    let target = try call.shape(extents)
    guard target.count == shape.count else {
      throw ImportError("the elements of \(shape) cannot be arranged as \(Shape(given))")
    }
    return target
  }
}
