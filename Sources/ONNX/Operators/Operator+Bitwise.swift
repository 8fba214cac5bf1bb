import ArrayFiles
import Compute

extension Operator {
  /// Bits of integers.
  static let bitwise: [String: Operator] = [
    "BitwiseAnd": pairs { $0 && $1 },
    "BitwiseOr": pairs { $0 || $1 },
    "BitwiseXor": pairs { $0 ^ $1 },
    "BitwiseNot": Operator { call in
      let x = try call.whole(0)
      return try call.result((x ^ x.scope.full([], -1, .int32)).wrapped(as: try call.element(0)))
    },
    "BitShift": Operator { call in
      let (x, distance) = (try call.whole(0), try call.whole(1))
      _ = try call.broadcastShape([x.shape, distance.shape])
      let element = try call.element(0)
      let bits = 8 * element.size
      guard bits <= 32 else {
        throw ImportError(
          "bits of \(element.rawValue) are moved by 32-bit arithmetic, which would lose some; cast it first")
      }
      let shifted: Tensor
      switch try call.string("direction", default: "") {
      case "LEFT": shifted = shiftedLeft(x, distance, bits)
      case "RIGHT": shifted = shiftedRight(x, distance, bits)
      case let other: throw ImportError("attribute 'direction' is '\(other)'; LEFT or RIGHT is needed")
      }
      return try call.result(shifted.wrapped(as: element))
    },
  ]

  private static func pairs(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Operator {
    Operator { call in
      let (a, b) = (try call.whole(0), try call.whole(1))
      _ = try call.broadcastShape([a.shape, b.shape])
      return try call.result(function(a, b).wrapped(as: try call.element(0)))
    }
  }

  /// Since operator set 28: nothing is left of a number that is moved by all its bits or more.
  private static func shiftedLeft(_ x: Tensor, _ distance: Tensor, _ bits: Int) -> Tensor {
    let isInside = (distance .>= 0) && (distance .< Double(bits))
    return isInside.select(Tensor.apply(.shiftLeft, [x, distance]), x.scope.full([], 0, .int32))
  }

  /// Copies of the sign move in from the left.
  private static func shiftedRight(_ x: Tensor, _ distance: Tensor, _ bits: Int) -> Tensor {
    let isInside = (distance .>= 0) && (distance .< Double(bits))
    let all = x.scope.full([], -1, .int32)
    let isNegative = x .< 0
    let moved = { (x: Tensor) in Tensor.apply(.shiftRight, [x, distance]) }
    let filled = isNegative.select(moved(x ^ all) ^ all, moved(x))
    return isInside.select(filled, isNegative.select(all, x.scope.full([], 0, .int32)))
  }
}

extension NodeCall {
  /// Input `index`, which must hold integers.
  func whole(_ index: Int) throws -> Tensor {
    let value = try value(index)
    guard value.tensor.element == .int32 else {
      throw ImportError("input \(index) is \(value.element.rawValue); integers are needed")
    }
    return value.tensor
  }
}
