import Compute
import ComputeTestSupport
import Testing

@testable import OpenCLBackend

/// Both families of kernels against the interpreter in double precision.
@Suite(.enabled(if: TestDevice.isPresent))
struct DeviceAgreementTests {
  private func evaluator(_ family: KernelFamily) throws -> Evaluator {
    ComputeTestSupport.evaluator(on: try TestDevice.running(family))
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

  @Test("Samples do not depend on their neighbours", arguments: TestDevice.families)
  func keepsSamplesApart(_ family: KernelFamily) async throws {
    try await checkInvariance(on: TestDevice.running(family))
  }

  @Test("Derivatives of equal values belong to the first", arguments: TestDevice.families)
  func keepsTies(_ family: KernelFamily) async throws {
    try await checkTies(on: TestDevice.running(family))
  }

  @Test("Random programs", arguments: TestDevice.families)
  func computesRandomProgramsLikeTheInterpreter(_ family: KernelFamily) async throws {
    // Every program is a kernel of its own for the GPU family, which takes a processor's runtime long to compile.
    for seed in 0..<(family == .cpu ? 60 : 3) as Range<UInt64> {
      try await checkAgreement(RandomProgram(seed: seed), tolerance: 1e-4, evaluator: evaluator(family))
    }
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

  @Test("Masks of products whose rows end within a byte, and of images", arguments: TestDevice.families)
  func masks(_ family: KernelFamily) async throws {
    for width in [21, 32] {
      let graph = try Graph { scope in
        let (x, image) = (scope.input("x", [9, 30]), scope.input("image", [3, 16, 5, 5]))
        let hidden = (x.matmul(scope.input("a", [30, width])) + scope.input("bias", [width])).relu()
        let y = hidden.matmul(scope.input("b", [width, 12])).tanh()
        let planes = image.convolved(scope.input("w", [24, 16, 3, 3]), padding: 1).relu()
        let outputs = [y, planes]
        return outputs + (y.sum() + (planes * planes).sum()).gradients(withRespectTo: [x, image])
      }
      let inputs = graph.inputs.enumerated()
      let arguments = inputs.map { ($0.element.name, noise($0.element.type.shape, seed: UInt64($0.offset))) }
      let values = Dictionary(arguments) { first, _ in first }
      let errors = try await relativeErrors(graph, values, on: TestDevice.running(family))
      #expect(errors.allSatisfy { $0 <= 1e-5 }, "\(errors) for width \(width)")
    }
  }
}
