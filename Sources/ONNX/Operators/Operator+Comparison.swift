import ArrayFiles
import Compute

extension Operator {
  /// Comparisons, logic, and the choice by a truth value.
  static let comparison: [String: Operator] = [
    "Equal": compare { a, b in a.element == .bool ? !(a ^ b) : a .== b },
    "Greater": compare { $0 .> $1 },
    "Less": compare { $0 .< $1 },
    "GreaterOrEqual": compare { $0 .>= $1 },
    "LessOrEqual": compare { $0 .<= $1 },
    "And": logic { $0 && $1 },
    "Or": logic { $0 || $1 },
    "Xor": logic { $0 ^ $1 },
    "Not": Operator { call in [ImportedValue(!(try call.truth(0)), .bool)] },
    "IsNaN": Operator { call in
      let x = try call.floating(0)
      return [ImportedValue(x .!= x, .bool)]
    },
    "IsInf": Operator { call in
      let x = try call.floating(0)
      let isHigh = try call.flag("detect_positive", default: true)
      let isLow = try call.flag("detect_negative", default: true)
      let found =
        switch (isHigh, isLow) {
        case (true, true): x.absolute() .== .infinity
        case (true, false): x .== .infinity
        case (false, true): x .== -.infinity
        case (false, false): x.scope.full(x.shape, 0, .bool)
        }
      return [ImportedValue(found, .bool)]
    },
    "Where": Operator { call in
      let condition = try call.truth(0)
      let (a, b) = (try call.tensor(1), try call.tensor(2))
      guard a.element == b.element else {
        throw ImportError(
          "input 1 is \(try call.element(1).rawValue), but input 2 is \(try call.element(2).rawValue)")
      }
      _ = try call.broadcastShape([condition.shape, a.shape, b.shape])
      return [ImportedValue(condition.select(a, b), try call.element(1))]
    },
  ]

  private static func compare(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Operator {
    Operator { call in
      guard call.inputs.count == 2 else { throw ImportError("there are \(call.inputs.count) inputs, not 2") }
      let operands = try call.all()
      _ = try call.broadcastShape(operands.map(\.shape))
      return [ImportedValue(function(operands[0], operands[1]), .bool)]
    }
  }

  private static func logic(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Operator {
    Operator { call in
      let (a, b) = (try call.truth(0), try call.truth(1))
      _ = try call.broadcastShape([a.shape, b.shape])
      return [ImportedValue(function(a, b), .bool)]
    }
  }
}
