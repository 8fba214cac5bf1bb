import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Every primitive and random programs on the CPU device, against the interpreter in double precision.
@Suite struct PrimitiveTests {
  @Test(arguments: PrimitiveSample.all) func agreesWithTheInterpreter(_ sample: PrimitiveSample) async throws
  {
    let device = try CPUDevice()
    try await checkAgreement(sample, tolerance: 1e-5, evaluator: evaluator(on: device))
  }

  @Test(arguments: [0, 1, 2, 3]) func computesRandomProgramsLikeTheInterpreter(_ part: UInt64) async throws {
    let device = try CPUDevice()
    for seed in stride(from: part, to: RandomProgram.requestedCount, by: 4) {
      try await checkAgreement(RandomProgram(seed: seed), tolerance: 1e-4, evaluator: evaluator(on: device))
    }
  }
}
