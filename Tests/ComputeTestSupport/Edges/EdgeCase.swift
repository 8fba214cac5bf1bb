public import Compute

/// A function at points where its value or slope is special, with what PyTorch says there.
///
/// Zero times infinity is 0 here: where PyTorch's derivative of a finite value is NaN, 0 is right.
public struct EdgeCase: Sendable, CustomStringConvertible {
  /// The function's name in the table.
  public let name: String
  /// Rows of arguments, `[R, n]`, of which each has a value and a derivative of its own.
  let arguments: [[Double]]
  let values: [Double]
  let derivatives: [[Double]]

  /// The name.
  public var description: String { name }

  /// Every function of the table.
  public static let all: [EdgeCase] = {
    let rows = table.split(separator: "\n").map { line in
      let parts = line.split(separator: "|")
      return (
        name: String(parts[0]),
        numbers: parts.dropFirst().map { $0.split(separator: " ").compactMap { Double($0) } }
      )
    }
    return Dictionary(grouping: rows) { $0.name }.sorted { $0.key < $1.key }.map { name, rows in
      EdgeCase(
        name: name, arguments: rows.map { $0.numbers[0] }, values: rows.map { $0.numbers[1][0] },
        derivatives: rows.map { $0.numbers[2] })
    }
  }()

  /// Functions of which terms near 1 cancel, so that the rounding of those is left, and what that amounts to.
  private static let cancellations: [String: Double] = [
    "elu": 1e-7, "selu": 2e-7, "entropy": 1e-7, "layerNormalised": 1e-6, "sigmoid": 1e-7, "tanh": 2e-7,
  ]

  /// What rounding leaves where terms cancel.
  var cancelling: Double { EdgeCase.cancellations[name] ?? 0 }

  /// Values, derivatives and a combination of second derivatives, for `[R, n]`.
  func graph() throws -> Graph {
    guard let function = EdgeCase.functions[name] else {
      throw CheckFailure("there is no function '\(name)'")
    }
    return try Graph { scope in
      let x = scope.input("x", [arguments.count, arguments[0].count])
      let value = function(x)
      let gradient = value.gradient(withRespectTo: x)
      return [value, gradient, (gradient * 0.5).gradient(withRespectTo: x)]
    }
  }
}

/// Checks values and derivatives at the edge.
///
/// - Throws: A ``CheckFailure`` with the first number that is not what the table says, or second derivatives that are not
///   the interpreter's.
public func checkEdges(_ edge: EdgeCase, evaluator: Evaluator = interpreter) async throws {
  let graph = try edge.graph()
  let type = graph.outputTypes[1]
  let x = ["x": ReferenceArray(type, edge.arguments.flatMap(\.self).map { Double(Float($0)) })]
  let found = try await evaluator(graph, x)
  for (row, arguments) in edge.arguments.enumerated() {
    let value = found[0].values[row]
    let isKnown = !edge.values[row].isNaN || arguments.allSatisfy(\.isFinite)
    try require(
      !isKnown
        || agrees(
          value, edge.values[row], ignoringSign: arguments.contains { $0 == 0 && $0.sign == .minus },
          cancelling: edge.cancelling),
      "\(edge) of \(arguments) is \(value), not \(edge.values[row])")
    for (place, expected) in edge.derivatives[row].enumerated() {
      // A value that is not finite has no derivative, and what overflows on the way tells nothing of edges.
      let isHuge = arguments.contains { abs($0) > 1e20 }
      guard !expected.isNaN || (edge.values[row].isFinite && !isHuge) else { continue }
      let slope = found[1].values[row * arguments.count + place]
      let wanted = expected.isNaN ? 0 : expected
      try require(
        agrees(
          slope, wanted, ignoringSign: arguments.contains { $0 == 0 && $0.sign == .minus },
          cancelling: edge.cancelling),
        "derivative \(place) of \(edge) at \(arguments) is \(slope), not \(wanted)")
    }
  }
  let second = try graph.interpret(x)[2]
  let numbers = edge.arguments.flatMap(\.self)
  for (index, pair) in zip(found[2].values, second.values).enumerated() where pair.1.isFinite {
    // Second derivatives of tiny and huge numbers overflow on the way in float32.
    let isModerate = numbers[index] == 0 || (1e-3...1e3).contains(abs(numbers[index]))
    try require(
      !isModerate || abs(pair.0 - pair.1) <= 1e-4 * max(1, abs(pair.1)),
      "second derivative \(index) of \(edge) is \(pair.0), not \(pair.1)")
  }
}

/// Whether two numbers are the same up to what float32 rounds, overflows and loses below its normal numbers.
///
/// - Parameter ignoringSign: Whether infinity may have either sign: PyTorch's powers of -0 are not those of C.
/// - Parameter cancelling: What terms near 1 that cancel leave of their rounding.
private func agrees(
  _ found: Double, _ expected: Double, ignoringSign: Bool = false, cancelling: Double
) -> Bool {
  let largest = Double(Float.greatestFiniteMagnitude)
  if expected.isNaN { return found.isNaN }
  if abs(expected) > largest || expected.isInfinite {
    // What overflows on the way there need not overflow here.
    return abs(found) > 1e30 && (ignoringSign || (found > 0) == (expected > 0))
  }
  let smallest = Double(Float.leastNormalMagnitude)
  return abs(found - expected) <= 2e-5 * abs(expected) + max(smallest, cancelling)
}
