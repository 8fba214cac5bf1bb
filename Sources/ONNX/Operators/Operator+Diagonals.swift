import ArrayFiles
import Compute

extension Operator {
  /// Triangles and diagonals of matrices, which are the last two axes.
  static let diagonals: [String: Operator] = [
    "Trilu": Operator { call in
      let x = try call.tensor(0)
      guard x.rank >= 2 else { throw ImportError("\(x.shape) has no matrices") }
      let isUpper = try call.flag("upper", default: true)
      let distance = distance(from: try call.has(1) ? call.knownInteger(1) : 0, x)
      let isKept = isUpper ? distance .>= 0 : distance .<= 0
      return try call.result(isKept.select(x, x.scope.full([], 0, x.element)))
    },
    "EyeLike": Operator { call in
      let x = try call.tensor(0)
      guard x.rank == 2 else { throw ImportError("\(x.shape) is not a matrix") }
      let code = call.attributes["dtype"] == nil ? nil : Int32(clamping: try call.integer("dtype"))
      let element = try code.map { try ArrayElement(onnx: $0) } ?? call.element(0)
      let isOne = distance(from: try call.integer("k", default: 0), x) .== 0
      return [ImportedValue(isOne.cast(to: element.traced), element)]
    },
  ]

  /// For each element of a matrix, how many columns it lies right of a diagonal.
  private static func distance(from diagonal: Int, _ x: Tensor) -> Tensor {
    let matrix: Shape = [x.shape[x.rank - 2], x.shape[x.rank - 1]]
    // No matrix reaches that far, and the sum stays within 32 bits.
    let offset = min(max(diagonal, -(1 << 30)), 1 << 30)
    return x.scope.iota(matrix, axis: 1) - x.scope.iota(matrix, axis: 0) - Double(offset)
  }
}
