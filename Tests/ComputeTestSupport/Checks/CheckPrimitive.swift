public import Compute

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Checks everything a primitive promises on one sample, in double precision.
///
/// - Throws: The first law that does not hold.
public func checkPrimitive(_ sample: PrimitiveSample) async throws {
  try await checkValues(sample)
  try checkCoding(try sample.graph())
  try checkDerivatives(sample)
  try checkForwardDerivative(sample)
  try await checkBatching(sample)
}

/// Checks that the values have the types the graph states, are what their element types can hold, and stay the same
/// when computed again.
public func checkValues(_ sample: PrimitiveSample, evaluator: Evaluator = interpreter) async throws {
  let graph = try sample.graph()
  let values = try await evaluator(graph, sample.arguments)
  try require(
    values.map(\.type) == graph.outputTypes, "\(sample): \(values.map(\.type)) for \(graph.outputTypes)")
  for value in values {
    let isValid = value.values.allSatisfy { holds($0, value.type.element, isFinite: sample.isFinite) }
    try require(isValid, "\(sample): \(value.values) are not all \(value.type.element)")
  }
  for (again, value) in zip(try await evaluator(graph, sample.arguments), values) {
    try requireClose(again, value, tolerance: 0, "\(sample), computed again")
  }
}

/// Whether an element type has this value.
func holds(_ value: Double, _ element: ElementType, isFinite: Bool) -> Bool {
  switch element {
  case .float32: !isFinite || value.isFinite
  case .int32: Int32(exactly: value) != nil
  case .uint8: UInt8(exactly: value) != nil
  case .bool: value == 0 || value == 1
  }
}

/// Checks that the graph survives being saved, and that its digest does not depend on how it was made.
public func checkCoding(_ graph: Graph) throws {
  let data = try JSONEncoder().encode(graph)
  let decoded = try JSONDecoder().decode(Graph.self, from: data)
  try require(decoded == graph, "saving changed\n\(graph)\ninto\n\(decoded)")
  try require(decoded.digest == graph.digest, "saving changed the digest of\n\(graph)")
  try require(decoded.hashValue == graph.hashValue, "equal graphs have different hashes:\n\(graph)")
  try require(decoded.description == graph.description, "saving changed how the graph prints:\n\(graph)")
}

/// Checks a device: values and derivatives up to the sample's order agree with the interpreter.
///
/// - Parameters:
///   - tolerance: The relative error in norm that float results may have.
///   - evaluator: What computes graphs on the device.
public func checkAgreement(
  _ sample: PrimitiveSample, tolerance: Double, maximumOrder: Int = 2, evaluator: Evaluator
) async throws {
  let graph = try sample.derivativeGraph(upTo: min(sample.order, maximumOrder))
  let arguments = sample.arguments(for: graph)
  let expected = try graph.interpret(arguments)
  let found = try await evaluator(graph, arguments)
  try require(found.count == expected.count, "\(sample): \(found.count) results")
  for (index, (value, reference)) in zip(found, expected).enumerated() {
    try requireNearInNorm(value, reference, tolerance: tolerance, "\(sample), result \(index) of\n\(graph)\n")
  }
}
