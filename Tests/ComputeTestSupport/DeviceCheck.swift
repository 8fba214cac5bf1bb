public import Compute

/// How far a device's outputs lie from the interpreter's, as norm of difference over norm, by output.
///
/// Integers and truth values that differ count as 1.
public func relativeErrors(
  _ graph: Graph, _ arguments: [String: HostArray], on device: any Device, options: PlanOptions = .all
) async throws -> [Double] {
  let actual = try await outputs(of: graph, arguments, on: device, options: options)
  let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
  return zip(actual, expected).map { relativeError($0, $1) }
}

/// The outputs of a graph on a device; parameters are taken from the arguments too.
public func outputs(
  of graph: Graph, _ arguments: [String: HostArray], on device: any Device, options: PlanOptions = .all
) async throws -> [HostArray] {
  var executable = try Executable(graph, on: device, options: options)
  let isParameter = Set(graph.inputs.filter { $0.role == .parameter }.map(\.name))
  let weights = try Weights(arguments.filter { isParameter.contains($0.key) }, on: device)
  return try await executable.run(arguments.filter { !isParameter.contains($0.key) }, reading: weights)
}

/// The norm of the difference over the norm of the expected value; NaN and infinities must agree in place.
public func relativeError(_ actual: HostArray, _ expected: ReferenceArray) -> Double {
  guard actual.type == expected.type else { return .infinity }
  if actual.type.element != .float32 {
    return zip(actual.integers, expected.values).allSatisfy { Double($0) == $1 } ? 0 : 1
  }
  var (difference, norm) = (0.0, 0.0)
  for (a, b) in zip(actual.floats, expected.values) {
    if b.isNaN || b.isInfinite || Swift.abs(b) > Double(Float.greatestFiniteMagnitude) {
      let agrees = b.isNaN ? a.isNaN : a.isInfinite && (a > 0) == (b > 0)
      if !agrees { return .infinity }
      continue
    }
    if a.isNaN { return .infinity }
    difference += (Double(a) - b) * (Double(a) - b)
    norm += b * b
  }
  if difference == 0 { return 0 }
  return (difference / Swift.max(norm, 1e-12)).squareRoot()
}
