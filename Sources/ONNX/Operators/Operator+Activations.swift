import Compute

extension Operator {
  /// Activation functions.
  static let activations: [String: Operator] = [
    "Relu": numeric { x in x.element == .float32 ? x.relu() : x.maximum(0) },
    "LeakyRelu": parametric { x, call in x.leakyRelu(slope: try call.float("alpha", default: 0.01)) },
    "PRelu": Operator { call in
      let (x, slope) = (try call.numeric(0), try call.numeric(1))
      guard try call.broadcastShape([x.shape, slope.shape]) == x.shape else {
        throw ImportError("the slope \(slope.shape) does not broadcast to \(x.shape)")
      }
      return try call.result((x .> 0).select(x, x * slope))
    },
    "Elu": parametric { x, call in x.elu(scale: try call.float("alpha", default: 1)) },
    "Selu": parametric { x, call in
      x.elu(scale: try call.float("alpha", default: 1.673_263_19))
        * (try call.float("gamma", default: 1.050_701_02))
    },
    "Celu": parametric(celu),
    "ThresholdedRelu": parametric { x, call in
      (x .> (try call.float("alpha", default: 1))).select(x, x.zeros)
    },
    "Softplus": floating { $0.softplus() },
    "Softsign": floating { $0 / (1 + $0.absolute()) },
    "Sigmoid": floating { $0.sigmoid() },
    "HardSigmoid": parametric { x, call in
      x.hardSigmoid(
        slope: try call.float("alpha", default: 0.2), offset: try call.float("beta", default: 0.5))
    },
    "HardSwish": floating { $0.hardSwish() },
    "Swish": parametric { x, call in swish(x, try call.float("alpha", default: 1)) },
    "SwiGLU": parametric { x, call in
      let value = try call.floating(1)
      guard value.shape == x.shape else {
        throw ImportError("\(x.shape) and \(value.shape) should be one shape")
      }
      return swish(x, try call.float("alpha", default: 1)) * value
    },
    "Shrink": Operator { call in
      let x = try call.numeric(0)
      let threshold = try call.float("lambd", default: 0.5)
      let bias = try call.float("bias", default: 0)
      let real = x.cast(to: .float32)
      let shrunk = (real .< -threshold).select(
        real + bias, (real .> threshold).select(real - bias, real.zeros))
      return try call.result(shrunk.cast(to: x.element).wrapped(as: try call.element(0)))
    },
    "Mish": floating { $0.mish() },
    "Gelu": parametric { x, call in
      switch try call.string("approximate", default: "none") {
      case "none": x.gelu()
      case "tanh": x.gelu(.tanh)
      case let other: throw ImportError("attribute 'approximate' should be 'none' or 'tanh', not '\(other)'")
      }
    },
  ]

  static func swish(_ x: Tensor, _ factor: Double) -> Tensor {
    x * (factor == 1 ? x : x * factor).sigmoid()
  }

  /// A function of one tensor of floating-point numbers with attributes.
  static func parametric(
    _ function: @escaping @Sendable (Tensor, NodeCall) throws -> Tensor
  ) -> Operator {
    Operator { call in try call.result(try function(try call.floating(0), call)) }
  }

  /// x where positive, else `scale` (e^(x / scale) - 1).
  private static func celu(_ x: Tensor, _ call: NodeCall) throws -> Tensor {
    let scale = try call.float("alpha", default: 1)
    guard scale != 0 else { throw ImportError("attribute 'alpha' is 0, by which Celu divides") }
    let isPositive = x .> 0
    // The branch that is not taken must not overflow: 0 times infinity would spoil derivatives.
    let bent = ((isPositive.select(x.zeros, x) / scale).exp() - 1) * scale
    return isPositive.select(x, bent)
  }
}

extension Tensor {
  /// `slope` x + `offset`, held between 0 and 1.
  func hardSigmoid(slope: Double, offset: Double) -> Tensor {
    // PyTorch's function, which has slope 0 at its corners, is exported with these numbers.
    if Float(slope) == 1 / 6, offset == 0.5 { return hardSigmoid() }
    return (self * slope + offset).clamped(to: 0...1)
  }
}
