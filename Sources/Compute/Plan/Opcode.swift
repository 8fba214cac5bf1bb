/// The instructions of map programs; the raw values are those of `Kernels/include/program.h`.
public enum Opcode: Int32, Sendable, CaseIterable {
  case constant = 0, copy
  case addF, subtractF, multiplyF, divideF, minimumF, maximumF, powerF, negateF, absoluteF, signF
  case expF, logF, sqrtF, reciprocalSquareRootF, tanhF, sigmoidF, erfF, sinF, cosF, floorF, ceilF, roundF,
    reluF
  case equalF, lessF, lessOrEqualF
  case addI, subtractI, multiplyI, divideI, remainderI, minimumI, maximumI, negateI, absoluteI, signI
  case equalI, lessI, lessOrEqualI
  case and, or, xor, not, shiftLeft, shiftRight, select
  case floatOfInt, intOfFloat, uint8OfInt, boolOfInt, boolOfFloat
  case fmaF, philox
}

extension ScalarFunction {
  /// The instruction for operands of this element type; nil for functions that take several or none.
  func opcode(_ element: ElementType) -> Opcode? {
    let isFloat = element == .float32
    switch self {
    case .add: return isFloat ? .addF : .addI
    case .subtract: return isFloat ? .subtractF : .subtractI
    case .multiply: return isFloat ? .multiplyF : .multiplyI
    case .divide: return isFloat ? .divideF : .divideI
    case .minimum: return isFloat ? .minimumF : .minimumI
    case .maximum: return isFloat ? .maximumF : .maximumI
    case .negate: return isFloat ? .negateF : .negateI
    case .absolute: return isFloat ? .absoluteF : .absoluteI
    case .sign: return isFloat ? .signF : .signI
    case .equal: return isFloat ? .equalF : .equalI
    case .less: return isFloat ? .lessF : .lessI
    case .lessOrEqual: return isFloat ? .lessOrEqualF : .lessOrEqualI
    case .power: return .powerF
    case .exp: return .expF
    case .log: return .logF
    case .sqrt: return .sqrtF
    case .reciprocalSquareRoot: return .reciprocalSquareRootF
    case .tanh: return .tanhF
    case .sigmoid: return .sigmoidF
    case .erf: return .erfF
    case .sin: return .sinF
    case .cos: return .cosF
    case .floor: return .floorF
    case .ceil: return .ceilF
    case .round: return .roundF
    case .relu: return .reluF
    case .and: return .and
    case .or: return .or
    case .xor: return .xor
    case .not: return .not
    case .remainder: return .remainderI
    case .shiftLeft: return .shiftLeft
    case .shiftRight: return .shiftRight
    case .select: return .select
    case .philox: return .philox
    case .clamp, .detach, .guardedMultiply: return nil
    }
  }
}
