public import Compute

/// A law that does not hold, and where.
public struct CheckFailure: Error, CustomStringConvertible {
  /// What was expected and what was found.
  public let description: String

  /// A failure that says so.
  public init(_ description: String) { self.description = description }
}

/// What computes a graph: the interpreter, or a device under test.
public typealias Evaluator = @Sendable (Graph, [String: ReferenceArray]) async throws -> [ReferenceArray]

/// The reference interpreter as an evaluator.
public let interpreter: Evaluator = { graph, arguments in try graph.interpret(arguments) }

/// Throws unless `condition` holds.
func require(_ condition: Bool, _ failure: @autoclosure () -> String) throws {
  if !condition { throw CheckFailure(failure()) }
}

/// Throws unless both are equal up to a relative error, element by element; integers must be equal, and so must NaN
/// and infinities be in the same places.
public func requireClose(
  _ found: ReferenceArray, _ expected: ReferenceArray, tolerance: Double, _ what: @autoclosure () -> String
) throws {
  try require(found.type == expected.type, "\(what()): \(found.type) instead of \(expected.type)")
  for (index, (a, b)) in zip(found.values, expected.values).enumerated() {
    let isClose = expected.type.element.isDifferentiable ? isNear(a, b, tolerance) : a == b
    try require(isClose, "\(what()): element \(index) is \(a), not \(b)")
  }
}

/// Throws unless the norm of the difference is small beside the norm of what is expected.
///
/// The measure for float devices: single elements may lose more digits where terms cancel.
///
/// - Parameter floor: The size of what was added up on the way: a result that is smaller because terms cancelled may
///   have the error of a result of this norm.
public func requireNearInNorm(
  _ found: ReferenceArray, _ expected: ReferenceArray, tolerance: Double, floor: Double = 1e-3,
  _ what: @autoclosure () -> String
) throws {
  guard expected.type.element.isDifferentiable, expected.values.allSatisfy(\.isFinite) else {
    return try requireClose(found, expected, tolerance: tolerance, what())
  }
  try require(found.type == expected.type, "\(what()): \(found.type) instead of \(expected.type)")
  let difference = zip(found.values, expected.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  let norm = expected.values.reduce(0) { $0 + $1 * $1 }
  let error = difference.squareRoot() / max(norm.squareRoot(), floor)
  try require(error <= tolerance, "\(what()): relative error \(error) exceeds \(tolerance)")
}

/// Whether two numbers differ by little beside the larger of them and 1.
func isNear(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  if a == b || (a.isNaN && b.isNaN) { return true }
  return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}
