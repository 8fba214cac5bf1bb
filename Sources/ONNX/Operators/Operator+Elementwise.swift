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
    "Tan": floating { $0.tan() },
    "Asin": floating { $0.asin() },
    "Acos": floating { $0.acos() },
    "Atan": floating { $0.atan() },
    "Sinh": floating { $0.sinh() },
    "Cosh": floating { $0.cosh() },
    "Asinh": floating { $0.asinh() },
    "Acosh": floating { $0.acosh() },
    "Atanh": floating { $0.atanh() },
    "Tanh": floating { $0.tanh() },
  ]
}
