import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// What the precision `exact` promises, on the CPU device.
@Suite struct ExactSumsTests {
  @Test(arguments: SumSample.all) func roundsEverySumOnce(_ sample: SumSample) async throws {
    let exact = try await exactSumError(sample, on: CPUDevice(precision: .exact))
    #expect(exact <= 1)
    guard sample.isLong else { return }
    let plain = try await exactSumError(sample, on: CPUDevice())
    #expect(plain > 1, "float32 is as exact, so this test shows nothing")
  }

  @Test(arguments: PrimitiveSample.all) func primitivesAgree(_ sample: PrimitiveSample) async throws {
    let device = try CPUDevice(precision: .exact)
    try await checkAgreement(sample, tolerance: 3e-6, evaluator: evaluator(on: device))
  }

  /// Also where passes are asked for that contradict it.
  @Test(arguments: ReferenceModel.all) func networksAgree(_ model: ReferenceModel) async throws {
    let single = PlanOptions.named.map { PlanOptions.all.subtracting($0.option) }
    try await checkModel(
      model, on: CPUDevice(precision: .exact), options: [.all, []] + single, tolerance: 3e-6)
  }

  @Test func samplesDoNotDependOnTheirNeighbours() async throws {
    try await checkInvariance(on: CPUDevice(precision: .exact))
    try await checkTies(on: CPUDevice(precision: .exact))
  }

  /// With matrix tiles too, which are not used.
  @Test(arguments: InstructionSet.available) func bitsAreTheSameEverywhere(_ set: InstructionSet) async throws
  {
    let plain = try CPUDevice(threads: 1, instructionSet: .portable, precision: .exact)
    let expected = try await InvarianceModel.results(5, batch: 5, on: plain)
    for threads in [1, 3] {
      let device = try CPUDevice(threads: threads, instructionSet: set, precision: .exact)
      #expect(try await InvarianceModel.results(5, batch: 5, on: device) == expected, "\(threads) threads")
    }
  }

  @Test func infinitiesStayWhatTheyAre() async throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [4, 3])
      return [x.sum([1]), x.matmul(scope.full([3, 2], 2))]
    }
    let infinity = Float.infinity
    let values: [Float] = [infinity, 1, 2, -infinity, 0, 5, infinity, -infinity, 0, 3e38, 3e38, 1]
    let found = try await outputs(
      of: graph, ["x": HostArray([4, 3], values)], on: CPUDevice(precision: .exact))
    for output in found {
      let values = output.floats
      let rows = stride(from: 0, to: values.count, by: values.count / 4).map { values[$0] }
      #expect(rows[0] == infinity && rows[1] == -infinity && rows[2].isNaN && rows[3] == infinity, "\(rows)")
    }
  }

  /// No product is left to kernels that compute others in its place.
  @Test(arguments: ReferenceModel.all) func plansHaveExactKernelsAlone(_ model: ReferenceModel) throws {
    let device = try CPUDevice(precision: .exact)
    for family in [KernelFamily.cpu, .gpu] {
      let plan = Plan(try model.graph(), family: family, options: device.planOptions)
      let kernels = (plan.launches(of: .setup) + plan.launches(of: .run)).map(\.launch.kernel)
      let words = ["convolution", "matmul", "winograd", "channel_", "window_sum", "window_spread"]
      let others = kernels.filter { kernel in
        !kernel.hasPrefix("exact_") && words.contains { kernel.contains($0) }
      }
      #expect(others.isEmpty)
    }
  }
}
