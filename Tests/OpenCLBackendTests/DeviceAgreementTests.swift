import Compute
import ComputeTestSupport
import Testing

@testable import OpenCLBackend

/// Both families of kernels against the interpreter in double precision.
@Suite(.enabled(if: TestDevice.isPresent))
struct DeviceAgreementTests {
  private func evaluator(_ family: KernelFamily) throws -> Evaluator {
    let device = try TestDevice.running(family)
    return { graph, arguments in
      try await outputs(of: graph, arguments.mapValues(\.hostArray), on: device).map { ReferenceArray($0) }
    }
  }

  @Test("Primitives and their derivatives, CPU family", arguments: PrimitiveSample.all)
  func primitivesOfProcessors(_ sample: PrimitiveSample) async throws {
    try await checkAgreement(sample, tolerance: 1e-4, evaluator: evaluator(.cpu))
  }

  // Every graph is a program of its own here, so the second derivatives are left to the reference models.
  @Test("Primitives and their derivatives, GPU family", arguments: PrimitiveSample.all)
  func primitivesOfGPUs(_ sample: PrimitiveSample) async throws {
    try await checkAgreement(sample, tolerance: 1e-4, maximumOrder: 1, evaluator: evaluator(.gpu))
  }

  @Test("Whole networks", arguments: ReferenceModel.all, TestDevice.families)
  func models(_ model: ReferenceModel, _ family: KernelFamily) async throws {
    let graph = try model.graph()
    let arguments = ReferenceModel.arguments(for: graph, seed: 3)
    let errors = try await relativeErrors(graph, arguments, on: TestDevice.running(family))
    #expect(errors.allSatisfy { $0 <= 1e-4 }, "\(errors)")
  }

  @Test("A network without any pass", arguments: TestDevice.families)
  func withoutPasses(_ family: KernelFamily) async throws {
    let graph = try networkGraph(batch: 2, width: 10)
    var arguments = networkWeights(graph)
    arguments["x"] = noise([2, 3, 10, 10])
    let device = try TestDevice.running(family)
    for options in [PlanOptions.all, .all.subtracting(.fastConvolution), []] {
      let errors = try await relativeErrors(graph, arguments, on: device, options: options)
      #expect(errors.allSatisfy { $0 <= 1e-5 }, "\(errors) with passes \(options.rawValue)")
    }
  }
}
