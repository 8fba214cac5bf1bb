import Compute
import ComputeTestSupport
import Testing

@testable import OpenCLBackend

/// The kernels for tensor cores, every index of them, on a device that emulates what a warp exchanges.
@Suite(.enabled(if: TestDevice.isPresent))
struct TensorCoreEmulationTests {
  private static let exact = emulation(.float32)
  private static let rounding = emulation(.tensorFloat32)

  private static func emulation(_ precision: Precision) -> OpenCLDevice? {
    RuntimeDevice.first.map {
      OpenCLDevice(
        $0, family: .gpu, precision: precision, testsItself: true, tensorCores: .emulation,
        tensorCoreUse: .all)
    }
  }

  private static func device(_ precision: Precision) throws -> OpenCLDevice {
    try #require(precision == .float32 ? exact : rounding)
  }

  /// Values and the gradient for the images of one convolution, with an epilogue.
  private func convolution(
    _ image: Shape, _ weight: Shape, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
    hasResidual: Bool = false
  ) throws -> Graph {
    try Graph { scope in
      let x = scope.input("x", image)
      var y = x.convolved(
        scope.parameter("w", weight), stride: stride, padding: padding, dilation: dilation, groups: groups)
      y = y + scope.parameter("bias", [weight[0], 1, 1])
      if hasResidual { y = y + scope.input("residual", y.shape) }
      let z = y.relu()
      return [z, (z * scope.input("cotangent", z.shape)).sum().gradient(withRespectTo: x)]
    }
  }

  private func check(_ graph: Graph, uses kernel: String, times: Int? = nil) async throws {
    let values = graph.inputs.enumerated().map { ($1.name, noise($1.type.shape, seed: UInt64($0 + 1))) }
    let arguments = Dictionary(values) { first, _ in first }
    // A sum that rounding takes across 0 opens or shuts its rectifier, which the gradient shows in full.
    for (precision, suffix, tolerances) in [
      (Precision.float32, "_tf32x3", [2e-6, 2e-6]), (.tensorFloat32, "_tf32", [1e-3, 5e-2]),
    ] {
      let device = try Self.device(precision)
      let launches = try Executable(graph, on: device).plan.launchesByKernel
      #expect(launches[kernel + suffix] ?? 0 >= 1, "\(launches)")
      if let times { #expect(launches[kernel + suffix] == times, "\(launches)") }
      let errors = try await relativeErrors(graph, arguments, on: device)
      #expect(zip(errors, tolerances).allSatisfy { $0 <= $1 }, "\(errors) in \(precision)")
      // What is rounded must differ, or something else was computed.
      if precision == .tensorFloat32 { #expect(errors[0] > 1e-5, "\(errors)") }
    }
  }

  @Test("3 x 3, stride 1, over tiles of pixels and channels")
  func filters() async throws {
    try await check(
      convolution([2, 18, 9, 16], [70, 18, 3, 3], padding: 1, hasResidual: true),
      uses: "convolution", times: 2)
  }

  @Test("3 x 3, stride 2, and its adjoint in four phases")
  func strided() async throws {
    try await check(
      convolution([2, 17, 9, 11], [20, 17, 3, 3], stride: 2, padding: 1),
      uses: "convolution", times: 2)
  }

  @Test("1 x 1")
  func pointwise() async throws {
    try await check(
      convolution([3, 33, 8, 8], [40, 33, 1, 1]), uses: "convolution", times: 2)
  }

  @Test("Groups and dilation")
  func grouped() async throws {
    try await check(
      convolution([2, 32, 9, 8], [48, 16, 3, 2], dilation: 2, groups: 2),
      uses: "convolution", times: 2)
  }

  @Test("First layers, whose adjoint is too thin")
  func stem() async throws {
    try await check(
      convolution([2, 3, 12, 10], [17, 3, 3, 3], padding: 1), uses: "convolution",
      times: 1)
  }

  @Test("Matrix products, both ways")
  func products() async throws {
    for width in [72, 67] {
      let graph = try Graph { scope in
        let x = scope.input("x", [2, 140, 70])
        let y = (x.matmul(scope.parameter("w", [70, width])) + scope.parameter("bias", [width])).relu()
        return [y, (y * scope.input("cotangent", y.shape)).sum().gradient(withRespectTo: x)]
      }
      try await check(graph, uses: "matmul", times: 2)
    }
  }

  @Test("Samples do not depend on their neighbours", arguments: [Precision.float32, .tensorFloat32])
  func keepsSamplesApart(_ precision: Precision) async throws {
    try await checkInvariance(on: Self.device(precision), samples: 9, batches: [1, 7])
  }

  @Test("The choice of kernels does not depend on the number of samples")
  func choice() throws {
    let options = PlanOptions.all.union(TensorCoreLayer.every)
    let plans = try [1, 7, 1000].map { batch in
      Plan(try networkGraph(batch: batch), family: .gpu, options: options).launchesByKernel.filter {
        TensorCoreSource.kernels.contains($0.key)
      }
    }
    #expect(plans.allSatisfy { $0 == plans[0] && !$0.isEmpty })
  }

  @Test("Switching the pass off switches tensor cores off")
  func pass() throws {
    let graph = try networkGraph(batch: 2)
    let executable = try Executable(
      graph, on: Self.device(.float32), options: .all.subtracting(.tensorCores))
    #expect(Set(executable.plan.launchesByKernel.keys).isDisjoint(with: TensorCoreSource.kernels))
  }
}
