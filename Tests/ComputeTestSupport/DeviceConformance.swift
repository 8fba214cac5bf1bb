public import Compute

/// Checks everything a device has to do, in one call: every primitive, whole networks under every choice of passes,
/// random programs, and that a sample's bits do not depend on the batch it runs in.
///
///     try await checkDevice(MyDevice())
///
/// - Parameters:
///   - device: The device under test.
///   - programs: The seeds of the random programs.
/// - Throws: The first disagreement with the interpreter, naming what was run.
public func checkDevice(_ device: any Device, programs: Range<UInt64> = 0..<40) async throws {
  for sample in PrimitiveSample.all {
    try await checkAgreement(sample, tolerance: 1e-5, evaluator: evaluator(on: device))
  }
  for model in ReferenceModel.all { try await checkModel(model, on: device) }
  for seed in programs {
    try await checkAgreement(RandomProgram(seed: seed), tolerance: 1e-4, evaluator: evaluator(on: device))
  }
  try await checkInvariance(on: device)
}

/// Checks a network's values and derivatives against the interpreter.
///
/// - Parameter options: The passes to check with.
/// - Throws: A ``CheckFailure`` for a relative error above `tolerance`.
public func checkModel(
  _ model: ReferenceModel, on device: any Device, options: [PlanOptions] = [.all], tolerance: Double = 1e-4
) async throws {
  let graph = try model.graph()
  let arguments = ReferenceModel.arguments(for: graph, seed: 11)
  let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
  for choice in options {
    let actual = try await outputs(of: graph, arguments, on: device, options: choice)
    for (index, pair) in zip(actual, expected).enumerated() {
      let error = relativeError(pair.0, pair.1)
      guard error <= tolerance else {
        throw CheckFailure("output \(index) of \(model) on \(device.name): relative error \(error)")
      }
    }
  }
}

/// Checks that samples have the same bits alone, in a small batch and in a large one, and in a second run.
///
/// - Throws: A ``CheckFailure`` naming the batch size.
public func checkInvariance(on device: any Device, samples: Int = 24, batches: [Int] = [1, 7]) async throws {
  let whole = try await InvarianceModel.results(samples, batch: samples, on: device)
  let again = try await InvarianceModel.results(samples, batch: samples, on: device)
  guard again == whole else { throw CheckFailure("a second run on \(device.name) has other bits") }
  for batch in batches {
    let parts = try await InvarianceModel.results(samples, batch: batch, on: device)
    for (index, pair) in zip(parts, whole).enumerated() where pair.0 != pair.1 {
      throw CheckFailure("output \(index) on \(device.name) has other bits at batch \(batch)")
    }
  }
}
