import Compute

extension Operator {
  /// A function of one tensor of floating-point numbers, of the same type.
  static func floating(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Operator {
    Operator { call in try call.result(function(try call.floating(0))) }
  }

  /// A function of one tensor of any numbers, of the same type.
  static func numeric(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Operator {
    Operator { call in
      try call.result(function(try call.numeric(0)).wrapped(as: try call.element(0)))
    }
  }

  /// Functions of one number without parameters.
  static let elementwise: [String: Operator] = [
    "Abs": numeric { $0.absolute() },
    "Neg": numeric { -$0 },
    "Sign": numeric { $0.sign() },
    "Floor": floating { $0.floor() },
    "Ceil": floating { $0.ceil() },
    "Round": floating { $0.rounded() },
    "Exp": floating { $0.exp() },
    "Log": floating { $0.log() },
    "Sqrt": floating { $0.sqrt() },
    "Reciprocal": floating { 1 / $0 },
    "Erf": floating { $0.erf() },
    "Sin": floating { $0.sin() },
    "Cos": floating { $0.cos() },
    "Tan": floating { $0.sin() / $0.cos() },
    "Sinh": floating { ($0.exp() - (-$0).exp()) * 0.5 },
    "Cosh": floating { ($0.exp() + (-$0).exp()) * 0.5 },
    "Tanh": floating { $0.tanh() },
    "Asinh": floating { x in
      // The sign is taken out, because the logarithm of a small difference would be inexact.
      let sign = (x .>= 0).select(x.ones, -x.ones)
      return sign * (sign * x + (x * x + 1).sqrt()).log()
    },
    "Acosh": floating { x in (x + (x * x - 1).sqrt()).log() },
    "Atanh": floating { x in ((1 + x) / (1 - x)).log() * 0.5 },
  ]
}
