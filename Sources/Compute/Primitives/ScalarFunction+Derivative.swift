extension ScalarFunction {
  /// What each operand receives from `g`, the cotangent of `y = function(x)`; nil where the derivative is zero.
  ///
  /// At kinks: `relu` and `absolute` have slope 0, `minimum` and `maximum` share evenly between equal operands,
  /// `clamp` passes at its bounds; these are PyTorch's choices.
  func pullback(_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    switch self {
    case .add: [g, g]
    case .subtract: [g, -g]
    case .multiply: [g * x[1], g * x[0]]
    case .divide: [g / x[1], -(g * y) / x[1]]
    case .minimum: [g * share(x[0], x[1]), g * share(x[1], x[0])]
    case .maximum: [g * share(x[1], x[0]), g * share(x[0], x[1])]
    case .negate: [-g]
    case .absolute: [g * x[0].sign()]
    case .power: powerPullback(g, x, y)
    case .exp: [g * y]
    case .log: [g / x[0]]
    case .sqrt: [g * 0.5 / y]
    case .reciprocalSquareRoot: [g * -0.5 * (y * y * y)]
    case .tanh: [g * (1 - y * y)]
    case .sigmoid: [g * (y * (1 - y))]
    case .erf: [g * ((-(x[0] * x[0])).exp() * 1.1283791670955126)]
    case .sin: [g * x[0].cos()]
    case .cos: [-(g * x[0].sin())]
    case .tan: [g * (1 + y * y)]
    case .asin: [g * ((1 - x[0]) * (1 + x[0])).reciprocalSquareRoot()]
    case .acos: [-(g * ((1 - x[0]) * (1 + x[0])).reciprocalSquareRoot())]
    case .atan: [g / (1 + x[0] * x[0])]
    case .sinh: [g * x[0].cosh()]
    case .cosh: [g * x[0].sinh()]
    case .asinh: [g * (x[0] * x[0] + 1).reciprocalSquareRoot()]
    case .acosh: [g * ((x[0] - 1).reciprocalSquareRoot() * (x[0] + 1).reciprocalSquareRoot())]
    case .atanh: [g / ((1 - x[0]) * (1 + x[0]))]
    case .relu: [(y .> 0).select(g, g.zeros)]
    case .clamp: clampPullback(g, x)
    case .select: [nil, x[0].select(g, g.zeros), x[0].select(g.zeros, g)]
    case .sign, .floor, .ceil, .round, .equal, .less, .lessOrEqual, .and, .or, .xor, .not, .remainder,
      .shiftLeft,
      .shiftRight, .philox, .detach:
      x.map { _ in nil }
    }
  }

  /// 1 where `a < b`, 1/2 where they are equal, else 0.
  private func share(_ a: Tensor, _ b: Tensor) -> Tensor {
    (a .< b).select(a.ones, (a .== b).select(a.splat(0.5), a.zeros))
  }

  private func powerPullback(_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (base, exponent) = (x[0], x[1])
    // A constant factor 0 must win over an infinite power, and 0^b has slope 0 in b.
    // The unselected branch must stay finite, or 0 times its slope would be NaN at the next order.
    let slope = exponent * (exponent .== 0).select(base.ones, base).power(exponent - 1)
    let logarithm = (base .== 0).select(base.ones, base).log()
    return [g * slope, g * (y * logarithm)]
  }

  private func clampPullback(_ g: Tensor, _ x: [Tensor]) -> [Tensor?] {
    let below = x[0] .< x[1]
    let above = x[2] .< x[0]
    return [
      (below || above).select(g.zeros, g), below.select(g, g.zeros), above.select(g, g.zeros),
    ]
  }
}
