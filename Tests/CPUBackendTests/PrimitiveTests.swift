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
      for options in [PlanOptions.all, []] {
        let evaluator = evaluator(on: device, options: options)
        try await checkAgreement(RandomProgram(seed: seed), tolerance: 1e-4, evaluator: evaluator)
      }
    }
  }

  /// A loop over constants or parameters depends on no argument, but may not become part of the setup.
  @Test func repeatsLoopsThatDependOnNoArgument() async throws {
    let graph = try Graph { scope in
      let weight = scope.parameter("weight", [3])
      return [scope.full([3], 0).iterated(5) { $0 + 1 }, weight.iterated(3) { $0 * 2 }]
    }
    let values = try await evaluator(on: CPUDevice())(
      graph, ["weight": ReferenceArray(TensorType([3]), [1, 2, 3])])
    #expect(values.map(\.values) == [[5, 5, 5], [8, 16, 24]])
  }
}
