// Element-wise operators and functions. Operands of different shapes are broadcast: axes are aligned at the
// innermost one and an extent of 1 repeats.

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

extension Tensor {
  /// `function` of these operands, broadcast to one shape.
  package static func apply(
    _ function: ScalarFunction, _ operands: [Tensor], at place: SourceLocation? = nil
  ) -> Tensor {
    let builder = operands[0].builder
    var shape = operands[0].shape
    for operand in operands.dropFirst() {
      guard let common = Shape.broadcast(shape, operand.shape) else {
        let types = operands.map { $0.type.description }.joined(separator: " and ")
        builder.fail("\(function) of \(types): the shapes do not broadcast", at: place)
        return operands[0]
      }
      shape = common
    }
    return builder.add(Elementwise(function: function), operands.map { $0.broadcast(to: shape) }, at: place)
  }

  private func apply(_ function: ScalarFunction) -> Tensor { Tensor.apply(function, [self]) }

  /// Sums, differences, products and quotients.
  public static func + (a: Tensor, b: Tensor) -> Tensor { apply(.add, [a, b]) }
  /// The difference of each pair.
  public static func - (a: Tensor, b: Tensor) -> Tensor { apply(.subtract, [a, b]) }
  /// The product of each pair.
  public static func * (a: Tensor, b: Tensor) -> Tensor { apply(.multiply, [a, b]) }
  /// The quotient of each pair; integers divide toward zero, and by zero to 0.
  public static func / (a: Tensor, b: Tensor) -> Tensor { apply(.divide, [a, b]) }
  /// The remainder of each pair of integers, with the sign of the dividend; 0 for a divisor of 0.
  public static func % (a: Tensor, b: Tensor) -> Tensor { apply(.remainder, [a, b]) }
  /// Each element with its sign changed.
  public static prefix func - (a: Tensor) -> Tensor { a.apply(.negate) }

  /// Each element plus a number.
  public static func + (a: Tensor, b: Double) -> Tensor { a + a.splat(b) }
  /// A number plus each element.
  public static func + (a: Double, b: Tensor) -> Tensor { b.splat(a) + b }
  /// Each element minus a number.
  public static func - (a: Tensor, b: Double) -> Tensor { a - a.splat(b) }
  /// A number minus each element.
  public static func - (a: Double, b: Tensor) -> Tensor { b.splat(a) - b }
  /// Each element times a number.
  public static func * (a: Tensor, b: Double) -> Tensor { a * a.splat(b) }
  /// A number times each element.
  public static func * (a: Double, b: Tensor) -> Tensor { b.splat(a) * b }
  /// Each element divided by a number.
  public static func / (a: Tensor, b: Double) -> Tensor { a / a.splat(b) }
  /// A number divided by each element.
  public static func / (a: Double, b: Tensor) -> Tensor { b.splat(a) / b }

  /// Where elements are equal.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { apply(.equal, [a, b]) }
  /// Where elements differ.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { !(a .== b) }
  /// Where the left element is smaller.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { apply(.less, [a, b]) }
  /// Where the left element is smaller or equal.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor { apply(.lessOrEqual, [a, b]) }
  /// Where the left element is greater.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { b .< a }
  /// Where the left element is greater or equal.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { b .<= a }
  /// Where elements equal a number.
  public static func .== (a: Tensor, b: Double) -> Tensor { a .== a.splat(b) }
  /// Where elements differ from a number.
  public static func .!= (a: Tensor, b: Double) -> Tensor { a .!= a.splat(b) }
  /// Where elements are smaller than a number.
  public static func .< (a: Tensor, b: Double) -> Tensor { a .< a.splat(b) }
  /// Where elements are at most a number.
  public static func .<= (a: Tensor, b: Double) -> Tensor { a .<= a.splat(b) }
  /// Where elements exceed a number.
  public static func .> (a: Tensor, b: Double) -> Tensor { a .> a.splat(b) }
  /// Where elements are at least a number.
  public static func .>= (a: Tensor, b: Double) -> Tensor { a .>= a.splat(b) }

  /// Where both are true; bitwise on integers.
  public static func && (a: Tensor, b: Tensor) -> Tensor { apply(.and, [a, b]) }
  /// Where either is true; bitwise on integers.
  public static func || (a: Tensor, b: Tensor) -> Tensor { apply(.or, [a, b]) }
  /// Where exactly one is true; bitwise on integers.
  public static func ^ (a: Tensor, b: Tensor) -> Tensor { apply(.xor, [a, b]) }
  /// Where the element is false.
  public static prefix func ! (a: Tensor) -> Tensor { a.apply(.not) }
  /// Integers shifted left.
  public static func << (a: Tensor, b: Int) -> Tensor { apply(.shiftLeft, [a, a.splat(Double(b))]) }
  /// Integers shifted right, filling with zeros.
  public static func >> (a: Tensor, b: Int) -> Tensor { apply(.shiftRight, [a, a.splat(Double(b))]) }
}

extension Tensor {
  /// `a` where this condition is true, `b` where it is false; the three are broadcast to one shape.
  public func select(_ a: Tensor, _ b: Tensor) -> Tensor { Tensor.apply(.select, [self, a, b]) }

  /// The smaller of each pair; NaN if either is.
  public func minimum(_ other: Tensor) -> Tensor { Tensor.apply(.minimum, [self, other]) }
  /// The larger of each pair; NaN if either is.
  public func maximum(_ other: Tensor) -> Tensor { Tensor.apply(.maximum, [self, other]) }
  /// The smaller of each element and a number.
  public func minimum(_ bound: Double) -> Tensor { minimum(splat(bound)) }
  /// The larger of each element and a number.
  public func maximum(_ bound: Double) -> Tensor { maximum(splat(bound)) }
  /// Each element moved to the nearest value between `lower` and `upper`, which are broadcast.
  public func clamped(_ lower: Tensor, _ upper: Tensor) -> Tensor {
    Tensor.apply(.clamp, [self, lower, upper])
  }
  /// Each element moved to the nearest value in `range`.
  public func clamped(to range: ClosedRange<Double>) -> Tensor {
    clamped(splat(range.lowerBound), splat(range.upperBound))
  }

  /// Each element raised to the power of the corresponding one.
  public func power(_ exponent: Tensor) -> Tensor { Tensor.apply(.power, [self, exponent]) }
  /// Each element raised to a power.
  public func power(_ exponent: Double) -> Tensor { power(splat(exponent)) }

  /// The distance of each element from 0.
  public func absolute() -> Tensor { apply(.absolute) }
  /// -1, 0 or 1 by the sign of each element.
  public func sign() -> Tensor { apply(.sign) }
  /// e to the power of each element.
  public func exp() -> Tensor { apply(.exp) }
  /// The natural logarithm.
  public func log() -> Tensor { apply(.log) }
  /// The square root.
  public func sqrt() -> Tensor { apply(.sqrt) }
  /// One over the square root.
  public func reciprocalSquareRoot() -> Tensor { apply(.reciprocalSquareRoot) }
  /// The hyperbolic tangent.
  public func tanh() -> Tensor { apply(.tanh) }
  /// 1 / (1 + e^-x).
  public func sigmoid() -> Tensor { apply(.sigmoid) }
  /// The error function.
  public func erf() -> Tensor { apply(.erf) }
  /// The sine; radians.
  public func sin() -> Tensor { apply(.sin) }
  /// The cosine; radians.
  public func cos() -> Tensor { apply(.cos) }
  /// The tangent; radians.
  public func tan() -> Tensor { apply(.tan) }
  /// The angle in -π/2...π/2 whose sine each element is; NaN outside -1...1.
  public func asin() -> Tensor { apply(.asin) }
  /// The angle in 0...π whose cosine each element is; NaN outside -1...1.
  public func acos() -> Tensor { apply(.acos) }
  /// The angle in -π/2...π/2 whose tangent each element is.
  public func atan() -> Tensor { apply(.atan) }
  /// The hyperbolic sine.
  public func sinh() -> Tensor { apply(.sinh) }
  /// The hyperbolic cosine.
  public func cosh() -> Tensor { apply(.cosh) }
  /// The inverse of the hyperbolic sine.
  public func asinh() -> Tensor { apply(.asinh) }
  /// The inverse of the hyperbolic cosine that is not negative; NaN below 1.
  public func acosh() -> Tensor { apply(.acosh) }
  /// The inverse of the hyperbolic tangent; NaN outside -1...1.
  public func atanh() -> Tensor { apply(.atanh) }
  /// The largest integer not above each element.
  public func floor() -> Tensor { apply(.floor) }
  /// The smallest integer not below each element.
  public func ceil() -> Tensor { apply(.ceil) }
  /// The nearest integer; halves go to the even one.
  public func rounded() -> Tensor { apply(.round) }
  /// 0 where the element is at most 0, else the element.
  public func relu() -> Tensor { apply(.relu) }
  /// The same values, through which no derivative passes.
  public func detached() -> Tensor { apply(.detach) }

  /// The elements converted to another type; see ``Cast``.
  public func cast(to element: ElementType) -> Tensor {
    element == self.element ? self : builder.add(Cast(element: element), [self])
  }
}
