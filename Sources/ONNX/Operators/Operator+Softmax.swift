import Compute

extension Operator {
  /// Functions that are normalised along an axis.
  ///
  /// Before version 13 they take the elements as a matrix whose rows end at `axis`, by default 1, and
  /// normalise its rows; since then they normalise along `axis`, by default the last.
  static let softmax: [String: Operator] = [
    "Softmax": normalized { $0.softmax(axis: $1) },
    "LogSoftmax": normalized { $0.logSoftmax(axis: $1) },
    "Hardmax": normalized { x, axis in
      let isFirstLargest = x.argmax(axis: axis, keepingAxis: true) .== x.scope.iota(x.shape, axis: axis)
      return isFirstLargest.cast(to: .float32)
    },
  ]

  private static func normalized(_ function: @escaping @Sendable (Tensor, Int) -> Tensor) -> Operator {
    Operator { call in
      let x = try call.floating(0)
      if call.version >= 13 {
        let axis = try call.axis(try call.integer("axis", default: -1), rank: x.rank)
        return try call.result(x.shape.count == 0 ? x : function(x, axis))
      }
      let axis = try call.integer("axis", default: 1)
      let split = axis < 0 ? axis + x.rank : axis
      guard split >= 0, split <= x.rank else { throw ImportError("there is no axis \(axis) of \(x.rank)") }
      let extents = x.shape.extents
      // Without elements there is nothing to normalise, nor a largest one.
      guard x.shape.count > 0 else { return try call.result(x) }
      if split == x.rank - 1 { return try call.result(function(x, split)) }
      let rows = extents[..<split].reduce(1, *)
      let matrix = x.reshaped([rows, extents[split...].reduce(1, *)])
      return try call.result(function(matrix, 1).reshaped(x.shape))
    }
  }
}
