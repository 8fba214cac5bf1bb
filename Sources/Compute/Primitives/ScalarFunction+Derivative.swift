// Derivatives at the edge: where a function is finite and its slope is not (the square root at 0), the slope is infinite,
// as in PyTorch; but zero times it is 0, where PyTorch gives NaN. Cotangents behind such a slope are marked, and what
// multiplies them lets 0 win, so that a standard deviation of equal numbers, a length of zeros or a power of `absolute`
// has derivative 0, whatever it is composed of. Elsewhere products stay plain, which costs nothing.

extension ScalarFunction {
  /// What each operand receives from `g`, the cotangent of `y = function(x)`; nil where the derivative is zero.
  ///
  /// At kinks: `relu` and `absolute` have slope 0, `minimum` and `maximum` share evenly between equal operands,
  /// `clamp` passes at its bounds; these are PyTorch's choices.
  func pullback(_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    switch self {
    case .add: [g, g]
    case .subtract: [g, -g]
    case .multiply: [g.weighed(by: x[1]), g.weighed(by: x[0])]
    case .guardedMultiply: [g.guarded(by: x[1]), g.guarded(by: x[0])]
    case .divide: dividePullback(g, x, y)
    case .minimum: [g.weighed(by: share(x[0], x[1])), g.weighed(by: share(x[1], x[0]))]
    case .maximum: [g.weighed(by: share(x[1], x[0])), g.weighed(by: share(x[0], x[1]))]
    case .negate: [-g]
    case .absolute: [g.weighed(by: x[0].sign())]
    case .power: powerPullback(g, x, y)
    case .exp: [x[0].signs.contains(.positive) ? g.guarded(by: y) : g.weighed(by: y)]
    case .log: [x[0].signs.contains(.zero) ? g.steep(1 / x[0]) : g / x[0]]
    case .sqrt: [x[0].signs.contains(.zero) ? g.steep(0.5 / y) : g * 0.5 / y]
    case .reciprocalSquareRoot:
      [x[0].signs.contains(.zero) ? g.steep(-0.5 * (y * y * y)) : g * -0.5 * (y * y * y)]
    case .tanh: [g.weighed(by: 1 - y * y)]
    case .sigmoid: [g.weighed(by: y * (1 - y))]
    case .erf: [g.weighed(by: (-(x[0] * x[0])).exp() * 1.1283791670955126)]
    case .sin: [g.weighed(by: x[0].cos())]
    case .cos: [-g.weighed(by: x[0].sin())]
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

  /// The quotient itself is infinite where the divisor is 0; but a choice may leave it out, and then nothing comes back.
  private func dividePullback(_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    guard x[1].signs.contains(.zero), !x[1].isParameter else {
      let own = g.mayBeInfinite ? g.guarded(by: y) : g * y
      return [g / x[1], -own / x[1]]
    }
    let inverse = 1 / x[1]
    return [g.steep(inverse), -g.guarded(by: y).steep(inverse)]
  }

  private func powerPullback(_ g: Tensor, _ x: [Tensor], _ y: Tensor) -> [Tensor?] {
    let (base, exponent) = (x[0], x[1])
    // A constant factor 0 must win over an infinite power, and 0^b has slope 0 in b.
    // The unselected branch must stay finite, or 0 times its slope would be NaN at the next order.
    let slope = exponent * (exponent .== 0).select(base.ones, base).power(exponent - 1)
    let isHarmless = (base .== 0) && (exponent .>= 0)
    let logarithm = isHarmless.select(base.ones, base).log()
    let isSteep = base.signs.contains(.zero) && !exponent.isConstantAtLeastOne
    return [isSteep ? g.steep(slope) : g.weighed(by: slope), g.weighed(by: y * logarithm)]
  }

  private func clampPullback(_ g: Tensor, _ x: [Tensor]) -> [Tensor?] {
    let below = x[0] .< x[1]
    let above = x[2] .< x[0]
    return [
      (below || above).select(g.zeros, g), below.select(g, g.zeros), above.select(g, g.zeros),
    ]
  }
}

extension Tensor {
  /// Whether this is a cotangent that may be infinite where the value it belongs to is finite.
  var mayBeInfinite: Bool { builder.unbounded.contains(id) }

  /// This cotangent, marked as one that may be infinite.
  func markedUnbounded() -> Tensor {
    builder.unbounded.insert(id)
    return self
  }

  /// This cotangent times a finite factor: a plain product unless the cotangent may be infinite.
  func weighed(by factor: Tensor) -> Tensor { mayBeInfinite ? guarded(by: factor) : self * factor }

  /// The product in which 0 wins over infinity.
  fileprivate func guarded(by factor: Tensor) -> Tensor { Tensor.apply(.guardedMultiply, [self, factor]) }

  /// This cotangent times a slope that may be infinite.
  fileprivate func steep(_ slope: Tensor) -> Tensor { guarded(by: slope).markedUnbounded() }

  /// Whether this is a stored weight, perhaps repeated: to divide by one that is 0 has no finite result.
  fileprivate var isParameter: Bool {
    if case .input(_, .parameter) = kindBeforeViews { return true }
    return false
  }

  /// Whether this is one number from 1 on, perhaps repeated: the slope of such a power is finite everywhere.
  fileprivate var isConstantAtLeastOne: Bool {
    if case .constant(.splat(let value, _)) = kindBeforeViews { return value >= 1 }
    return false
  }

  private var kindBeforeViews: NodeKind {
    var id = id
    while case .operation(let operation) = builder.nodes[id].kind, operation is any ViewOperation {
      id = builder.nodes[id].inputs[0]
    }
    return builder.nodes[id].kind
  }
}
