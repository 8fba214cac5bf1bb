import Compute

extension OpenGraph {
  /// A function of every element; what is only repeated to fit is left to ONNX's own broadcasting.
  func elementwise(_ function: ScalarFunction, _ id: StepID) throws -> Match {
    let operands = stretchable(id)
    let isInteger = type(id).element == .int32
    switch function {
    case .reciprocalSquareRoot: return Match(operands, "Sqrt").followed(by: "Reciprocal")
    case .clamp: return clamped(id, operands)
    case .divide where isInteger: return quotient(operands)
    case .remainder: return remainder(operands)
    case .shiftLeft, .shiftRight: return shifted(function, operands)
    case .select where type(id).element == .bool:
      // Runtimes know no choice between truth values.
      return Match(operands) { writer, x in
        let isFirst = writer.add("And", [x[0], x[1]])
        return writer.add("Or", [isFirst, writer.add("And", [writer.add("Not", [x[0]]), x[2]])])
      }
    case .guardedMultiply:
      return Match(operands) { writer, x in
        let zero = writer.number(0, .float32)
        let isZero = x.map { writer.add("Equal", [$0, zero]) }
        return writer.add("Where", [writer.add("Or", isZero), zero, writer.add("Mul", x)])
      }
    case .and, .or, .xor:
      guard !isInteger else {
        throw ExportError("opset 17 has no operator for the bitwise '\(function.rawValue)' of integers")
      }
      return Match(operands, function == .and ? "And" : function == .or ? "Or" : "Xor")
    default:
      guard let name = function.operatorName else {
        throw ExportError("opset 17 has no operator for '\(function.rawValue)'")
      }
      return Match(operands, name)
    }
  }

  /// The operands of step `id` before they are repeated, as far as they still stretch to its extents.
  func stretchable(_ id: StepID) -> [StepID] {
    var operands = inputs(id).map(beforeStretching)
    for index in operands.indices {
      let common = operands.map(extents).reduce([Extent]?.some([])) { shape, next in
        shape.flatMap { .broadcast($0, next) }
      }
      if common == extents(id) { break }
      operands[index] = inputs(id)[index]
    }
    return operands
  }

  /// What step `id` repeats, without the axes of extent 1 in front of it.
  func beforeStretching(_ id: StepID) -> StepID {
    var source = id
    while true {
      if let next = operand(source, of: .broadcast) {
        source = next
      } else if let next = operand(source, of: .reshape),
        extents(next) == extents(source).withoutLeadingOnes || number(next) != nil
      {
        source = next
      } else {
        return source
      }
    }
  }

  private func clamped(_ id: StepID, _ operands: [StepID]) -> Match {
    if extents(operands[0]) == extents(id), operands.dropFirst().allSatisfy({ extents($0).isEmpty }) {
      return Match(operands, "Clip")
    }
    return Match(operands) { writer, x in writer.add("Min", [writer.add("Max", [x[0], x[1]]), x[2]]) }
  }

  /// Division toward zero; 0 where the divisor is 0, which runtimes do not promise.
  private func quotient(_ operands: [StepID]) -> Match {
    if let divisor = number(operands[1]), divisor != 0, divisor != -1 { return Match(operands, "Div") }
    return Match(operands) { writer, x in
      let guarded = writer.guardedDivisor(x[1])
      let isMinusOne = writer.add("Equal", [x[1], writer.number(-1, .int32)])
      let quotient = writer.add(
        "Where", [isMinusOne, writer.add("Neg", [x[0]]), writer.add("Div", [x[0], guarded])])
      return writer.add("Where", [writer.isZero(x[1]), writer.number(0, .int32), quotient])
    }
  }

  /// The remainder with the dividend's sign; 0 where the divisor is 0.
  private func remainder(_ operands: [StepID]) -> Match {
    if let divisor = number(operands[1]), divisor != 0, divisor != -1 {
      return Match(operands, "Mod", ["fmod": .integer(1)])
    }
    return Match(operands) { writer, x in
      let remainder = writer.add("Mod", [x[0], writer.guardedDivisor(x[1])], ["fmod": .integer(1)])
      return writer.add("Where", [writer.isZero(x[1]), writer.number(0, .int32), remainder])
    }
  }

  /// Integers as unsigned ones, which alone are shifted, by the low five bits of the distance.
  private func shifted(_ function: ScalarFunction, _ operands: [StepID]) -> Match {
    Match(operands) { writer, x in
      let unsigned = writer.cast(x[0], to: .uint32)
      let bits = writer.cast(writer.number(32, .int32), to: .uint32)
      let distance = writer.add("Mod", [writer.cast(x[1], to: .uint32), bits])
      let moved = writer.add(
        "BitShift", [unsigned, distance], ["direction": .text(function == .shiftLeft ? "LEFT" : "RIGHT")])
      return writer.cast(moved, to: .int32)
    }
  }
}

extension GraphWriter {
  fileprivate mutating func isZero(_ value: String) -> String { add("Equal", [value, number(0, .int32)]) }

  /// The divisor with 1 for 0 and for -1, whose quotients are found otherwise.
  fileprivate mutating func guardedDivisor(_ value: String) -> String {
    let one = number(1, .int32)
    let isMinusOne = add("Equal", [value, number(-1, .int32)])
    return add("Where", [isZero(value), one, add("Where", [isMinusOne, one, value])])
  }
}

extension ScalarFunction {
  /// The operator that is this function, if one alone is.
  fileprivate var operatorName: String? {
    switch self {
    case .add: "Add"
    case .subtract: "Sub"
    case .multiply: "Mul"
    case .divide: "Div"
    case .minimum: "Min"
    case .maximum: "Max"
    case .negate: "Neg"
    case .absolute: "Abs"
    case .sign: "Sign"
    case .power: "Pow"
    case .exp: "Exp"
    case .log: "Log"
    case .sqrt: "Sqrt"
    case .tanh: "Tanh"
    case .sigmoid: "Sigmoid"
    case .erf: "Erf"
    case .sin: "Sin"
    case .cos: "Cos"
    case .floor: "Floor"
    case .ceil: "Ceil"
    case .round: "Round"
    case .relu: "Relu"
    case .equal: "Equal"
    case .less: "Less"
    case .lessOrEqual: "LessOrEqual"
    case .not: "Not"
    case .select: "Where"
    case .guardedMultiply, .reciprocalSquareRoot, .clamp, .and, .or, .xor, .remainder, .shiftLeft,
      .shiftRight, .philox,
      .detach:
      nil
    }
  }
}
