import Compute

extension PrimitiveSample {
  /// Gather and its adjoint.
  ///
  /// Indices repeat and leave the operand at both ends.
  static let indexing: [PrimitiveSample] = gathers + scatters

  private static let indices: [Double] = [2, 0, 2, -1, 3, 1]

  private static var gathers: [PrimitiveSample] {
    [
      PrimitiveSample("gather rows", [.smooth([3, 2]), .int32([4], indices)]) {
        $0[0].taking($0[1], axis: 0)
      },
      PrimitiveSample("gather columns by a matrix", [.smooth([2, 3]), .int32([2, 3], indices)]) {
        $0[0].taking($0[1], axis: -1)
      },
      PrimitiveSample("gather in the middle", [.smooth([2, 3, 2]), .int32([6], indices)]) {
        $0[0].taking($0[1], axis: 1)
      },
      PrimitiveSample("gather by each row's indices", [.smooth([2, 3]), .int32([2, 2], indices)]) {
        $0[0].takingAlongLastAxis($0[1])
      },
      PrimitiveSample("gather nothing", [.smooth([2, 3]), .int32([0], [0])]) { $0[0].taking($0[1], axis: 1) },
      PrimitiveSample("gather from nothing", [.smooth([2, 0]), .int32([3], [0, 1, -1])]) {
        $0[0].taking($0[1], axis: 1)
      },
      PrimitiveSample("gather integers", [.int32([3], [7, 8, 9]), .int32([6], indices)], order: 0) {
        $0[0].taking($0[1], axis: 0)
      },
      PrimitiveSample(
        "gather bytes", [.init([3], .uint8, .integers(0...255)), .int32([6], indices)], order: 0
      ) {
        $0[0].taking($0[1], axis: 0)
      },
      PrimitiveSample("gather truth values", [.bool([3]), .int32([6], indices)], order: 0) {
        $0[0].taking($0[1], axis: 0)
      },
      PrimitiveSample("one-hot", [.int32([6], indices)], order: 0) { $0[0].oneHot(3) },
      PrimitiveSample("one-hot of bool", [.int32([2, 3], indices)], order: 0) { $0[0].oneHot(2, .bool) },
    ]
  }

  private static var scatters: [PrimitiveSample] {
    [
      PrimitiveSample("scatter-add rows", [.smooth([4, 2]), .int32([4], indices)]) { x in
        adjoint(at: [3, 2], of: { $0.taking(x[1], axis: 0) }, x[0])
      },
      PrimitiveSample("scatter-add in the middle", [.smooth([2, 6, 2]), .int32([6], indices)]) { x in
        adjoint(at: [2, 3, 2], of: { $0.taking(x[1], axis: 1) }, x[0])
      },
      PrimitiveSample("scatter-add by each row's indices", [.smooth([2, 3]), .int32([2, 3], indices)]) { x in
        adjoint(at: [2, 3], of: { $0.takingAlongLastAxis(x[1]) }, x[0])
      },
      PrimitiveSample("scatter-add nothing", [.smooth([0, 2]), .int32([0], [0])]) { x in
        adjoint(at: [3, 2], of: { $0.taking(x[1], axis: 0) }, x[0])
      },
    ]
  }

  /// What a linear `function` of a tensor of this shape sends back when its result receives `cotangent`.
  static func adjoint(at shape: Shape, of function: (Tensor) -> Tensor, _ cotangent: Tensor) -> Tensor {
    vjp(function, at: cotangent.scope.full(shape, 0)).pullback(cotangent)
  }
}
