import Compute

extension EdgeCase {
  /// What the names of the table mean: functions from `[R, n]` to `[R]`.
  static let functions: [String: @Sendable (Tensor) -> Tensor] = compositions.merging(
    single.mapValues { function in { @Sendable (x: Tensor) in function(x).sum([1]) } }
  ) { first, _ in first }

  private static let single: [String: @Sendable (Tensor) -> Tensor] = [
    "absolute": { $0.absolute() }, "sign": { $0.sign() }, "exp": { $0.exp() }, "log": { $0.log() },
    "sqrt": { $0.sqrt() }, "reciprocalSquareRoot": { $0.reciprocalSquareRoot() }, "tanh": { $0.tanh() },
    "sigmoid": { $0.sigmoid() }, "erf": { $0.erf() }, "sin": { $0.sin() }, "cos": { $0.cos() },
    "floor": { $0.floor() }, "ceil": { $0.ceil() }, "round": { $0.rounded() }, "negate": { -$0 },
    "relu": { $0.relu() }, "relu6": { $0.relu6() }, "clamp": { $0.clamped(to: -1...1) },
    "clamp06": { $0.clamped(to: 0...6) }, "square": { $0 * $0 }, "reciprocal": { 1 / $0 },
    "quotient": { $0 / $0 },
    "power0.5": { $0.power(0.5) }, "power1.5": { $0.power(1.5) }, "power-1": { $0.power(-1) },
    "power-0.5": { $0.power(-0.5) }, "power0": { $0.power(0) }, "power1": { $0.power(1) },
    "power3": { $0.power(3) }, "maximum1": { $0.maximum(1) }, "minimum1": { $0.minimum(1) },
    "gelu": { $0.gelu() },
    "geluTanh": { $0.gelu(.tanh) }, "silu": { $0.silu() }, "mish": { $0.mish() }, "elu": { $0.elu() },
    "selu": { $0.selu() }, "softplus": { $0.softplus() }, "leakyRelu": { $0.leakyRelu(slope: 0.2) },
    "hardSigmoid": { $0.hardSigmoid() }, "hardSwish": { $0.hardSwish() },
    "softsign": { $0 / (1 + $0.absolute()) },
  ]

  private static func weights(_ x: Tensor) -> Tensor {
    x.scope.constant(HostArray([3], [1, -2, 0.5] as [Float]))
  }

  private static func variance(_ x: Tensor) -> Tensor {
    let centred = x - x.mean([1], keepingAxes: true)
    return (centred * centred).mean([1])
  }

  private static let compositions: [String: @Sendable (Tensor) -> Tensor] = [
    "deviation": { variance($0).sqrt() }, "variance": { variance($0) },
    "length": { ($0 * $0).sum([1]).sqrt() }, "sumOfAbsolutes": { $0.absolute().sum([1]) },
    "largestAbsolute": { $0.absolute().maximum(over: [1]) },
    "normalised": { x in
      (x / (x * x).sum([1], keepingAxes: true).sqrt().maximum(1e-12) * weights(x)).sum([1])
    },
    "cosine": { x in
      let (own, other) = ((x * x).sum([1]), (weights(x) * weights(x)).sum().broadcast(to: [x.shape[0]]))
      return (x * weights(x)).sum([1]) / (own.sqrt().maximum(1e-8) * other.sqrt())
    },
    "logSumExp": { $0.logSumExp() }, "softmax": { ($0.softmax() * weights($0)).sum([1]) },
    "logSoftmax": { ($0.logSoftmax() * weights($0)).sum([1]) }, "largest": { $0.maximum(over: [1]) },
    "smallest": { $0.minimum(over: [1]) },
    "layerNormalised": { ($0.layerNormalized() * weights($0)).sum([1]) },
    "rootOfAbsolute": { $0.absolute().sqrt().sum([1]) },
    "powerOfAbsolute": { $0.absolute().power(0.75).sum([1]) }, "rootOfSquare": { ($0 * $0).sqrt().sum([1]) },
    "lpNorm": { $0.absolute().power(3).sum([1]).power(1.0 / 3) },
    "distance": { x in (x - 0.5).norm(.two) },
    "rootBesideLinear": { ($0 * weights($0)).sum([1]) + variance($0).sqrt() },
    "logOfRelu": { ($0.relu() + 1).log().sum([1]) },
    "chosenRoot": { x in (x .> 0).select(x, x.zeros).sqrt().sum([1]) },
    "chosenQuotient": { x in (x .== 0).select(x.zeros, 1 / x).sum([1]) },
    "chosenLog": { x in (x .> 0).select(x.absolute().log(), x.zeros).sum([1]) },
    "entropy": { x in -(x.softmax() * x.softmax().log()).sum([1]) },
    "rootOfRelu": { $0.relu().sqrt().sum([1]) }, "productOfRoots": { ($0.absolute().sqrt() * $0).sum([1]) },
  ]
}
