import Compute
import ComputeTestSupport
import FileTestSupport
import Foundation
import Testing

@testable import OpenCLBackend

/// The test that a device passes before it is used.
@Suite(.enabled(if: TestDevice.isPresent))
struct SelfTestTests {
  private func store(_ verdict: SelfTest.Verdict, _ family: KernelFamily, _ folder: TestFolder) throws {
    let device = try TestDevice.fresh(family, in: folder, testsItself: false)
    let test = try device.selfTest(device.engine())
    try #require(test.files).store(Array(JSONEncoder().encode(verdict)), as: test.file)
  }

  /// The graph of a maximum, a sum and a product.
  private func smallGraph() throws -> Graph {
    try Graph { scope in [scope.input("x", [3, 70]).relu().sum([1])] }
  }

  @Test("A GPU passes, and what was found is kept")
  func pass() throws {
    let folder = try TestFolder()
    let device = try TestDevice.fresh(.gpu, in: folder)
    let hasRoom = device.limits.scratch >= OpenCLEngine.fastConvolutionMemory
    let missing: PlanOptions = hasRoom ? .matrixTiles : [.matrixTiles, .fastConvolution]
    #expect(device.planOptions.isSuperset(of: .all.subtracting(missing)))
    let test = try device.selfTest(device.engine())
    #expect(test.files?.content(of: try test.file) != nil)
    #expect(try test.known() == SelfTest.Verdict(tested: Set(SelfTestGroup.graphics.map(\.name))))
  }

  @Test("A processor is tested with what plans need, when they need it, and what was found is kept")
  func onDemand() throws {
    let folder = try TestFolder()
    let device = try TestDevice.fresh(.cpu, in: folder)
    let test = try device.selfTest(device.engine())
    #expect(try test.known() == SelfTest.Verdict())
    _ = try Executable(smallGraph(), on: device)
    #expect(try test.known() == SelfTest.Verdict(tested: ["reductions of rows"]))
    _ = try Executable(Graph { scope in [scope.input("x", [3]) + 1] }, on: device)
    #expect(try test.known() == SelfTest.Verdict(tested: ["reductions of rows", "maps"]))
    #expect(device.limits.avoided.isEmpty)
  }

  @Test("A GPU that fails is refused, with the groups that failed")
  func refusal() throws {
    let folder = try TestFolder()
    try store(
      SelfTest.Verdict(
        tested: Set(SelfTestGroup.graphics.map(\.name)),
        failures: ["maps": "maps are wrong by a relative error of 0.5"]), .gpu, folder)
    let device = try TestDevice.fresh(.gpu, in: folder)
    for _ in 0..<2 {
      #expect {
        _ = try device.makeBuffer(byteCount: 4)
      } throws: { error in
        guard let error = error as? DeviceError else { return false }
        return error.kind == .unreliable && error.message.contains("maps are wrong")
      }
    }
  }

  @Test("A processor is refused for plans that need what failed, and for no others")
  func refusalOfPlans() throws {
    let folder = try TestFolder()
    try store(
      SelfTest.Verdict(tested: ["maps"], failures: ["maps": "maps are wrong by a relative error of 0.5"]),
      .cpu,
      folder)
    let device = try TestDevice.fresh(.cpu, in: folder)
    _ = try Executable(smallGraph(), on: device)
    for _ in 0..<2 {
      #expect {
        _ = try Executable(Graph { scope in [scope.input("x", [3]) + 1] }, on: device)
      } throws: { error in
        guard let error = error as? DeviceError else { return false }
        return error.kind == .unreliable && error.message.contains("maps are wrong")
      }
    }
    #expect(device.findings.contains { $0.contains("maps: off") })
  }

  /// A group that every device fails, in place of one of the real ones.
  @Test(
    "Convolutions that fail are replaced by others",
    arguments: SelfTestGroup.processor.filter { $0.subjects.contains { $0.hasPrefix("convolution_") } })
  func replacement(_ group: SelfTestGroup) async throws {
    guard group.subjects != ["convolution_plain"], group.subjects != ["convolution_weights_plain"] else {
      return
    }
    let folder = try TestFolder()
    try store(
      SelfTest.Verdict(tested: [group.name], failures: [group.name: "\(group.name) are wrong"]), .cpu, folder)
    let device = try TestDevice.fresh(.cpu, in: folder)
    let graph = try ReferenceModel.all[1].graph()
    let executable = try Executable(graph, on: device)
    #expect(executable.plan.launchesByKernel.keys.allSatisfy { !group.subjects.contains($0) })
    let errors = try await relativeErrors(graph, ReferenceModel.arguments(for: graph, seed: 3), on: device)
    #expect(errors.allSatisfy { $0 <= 1e-4 }, "\(errors)")
  }

  @Test("Fast convolutions that fail are replaced by slower ones")
  func fallback() async throws {
    let folder = try TestFolder()
    let name = SelfTestGroup.fastConvolutions.name
    try store(
      SelfTest.Verdict(
        tested: Set(SelfTestGroup.graphics.map(\.name)),
        failures: [name: "\(name) are wrong by a relative error of 0.5"]), .gpu, folder)
    let device = try TestDevice.fresh(.gpu, in: folder)
    #expect(!device.planOptions.contains(.fastConvolution))
    let executable = try Executable(networkGraph(batch: 2), on: device)
    #expect(executable.plan.launchesByKernel["convolution_winograd"] == nil)
  }

  @Test("A kept verdict that is damaged is found again")
  func damage() throws {
    let folder = try TestFolder()
    let device = try TestDevice.fresh(.gpu, in: folder, testsItself: false)
    let test = try device.selfTest(device.engine())
    try #require(test.files).store(Array("nonsense".utf8), as: test.file)
    let found = SelfTest.Verdict(tested: Set(SelfTestGroup.graphics.map(\.name)))
    #expect(try test.verdict(SelfTestGroup.graphics) == found)
    #expect(try test.known() == found)
  }

  @Test("Every group notices a wrong value")
  func sensitivity() throws {
    let groups = SelfTestGroup.graphics + SelfTestGroup.processor + [.splitProducts, .roundedProducts]
    for group in groups {
      let graph = try group.graph()
      let arguments = Dictionary(graph.inputs.map { ($0.name, ReferenceArray(SelfTestGroup.value($0.type))) })
      { a, _ in a }
      for output in try graph.interpret(arguments) {
        var wrong = output
        wrong.values[wrong.values.count / 2] += 1
        #expect(SelfTestGroup.relativeError(of: wrong, output) > group.tolerance, "\(group.name)")
        wrong.values[0] = .nan
        #expect(SelfTestGroup.relativeError(of: wrong, output) > group.tolerance, "\(group.name)")
      }
    }
  }

  @Test("What was found with little memory or other passes says nothing of more")
  func keys() throws {
    let folder = try TestFolder()
    let engine = try TestDevice.fresh(.cpu, in: folder, testsItself: false).engine()
    let location = CacheLocation(folder: folder.path)
    let files = try SimulatedLimits.scratch.flatMap { bytes in
      try [PlanOptions.all, .all.subtracting(.matrixTiles), .all.subtracting(.fastConvolution)].map {
        try SelfTest(engine, location, $0, DeviceLimits(scratch: bytes)).file
      }
    }
    #expect(Set(files).count == files.count)
  }

  @Test("A kernel that the plan of its group does without is not trusted")
  func missing() throws {
    let folder = try TestFolder()
    let engine = try TestDevice.fresh(.cpu, in: folder, testsItself: false).engine()
    let group = try #require(SelfTestGroup.testing("convolution_winograd"))
    let limits = DeviceLimits.none.avoiding(["convolution_winograd"])
    let test = SelfTest(
      engine, CacheLocation(folder: folder.path), .all.subtracting(.matrixTiles), limits)
    #expect(try test.finding(of: group).missing.contains("convolution_winograd"))
    let trust = try KernelTrust(test, on: "device")
    #expect(throws: DeviceError.self) { try trust.require(["convolution_winograd"]) }
    #expect(trust.failed.contains("convolution_winograd") && !trust.findings.isEmpty)
    // What was kept says the same.
    #expect(try KernelTrust(test, on: "device").failed == trust.failed)
  }

  /// What a group's plan does without in little memory, plans of other layers do without too: else they would be made anew
  /// for want of a test.
  @Test(
    "The plan of a group has its kernels wherever there is memory for them",
    arguments: SimulatedLimits.scratch)
  func subjectsInLittleMemory(_ bytes: Int) throws {
    let limits = DeviceLimits(scratch: bytes)
    var used: Set<String> = []
    var missing: [String: String] = [:]
    for group in SelfTestGroup.processor {
      let plan = Plan(try group.graph(), family: .cpu, options: group.planOptions(.all), limits: limits)
      try SimulatedLimits.check(plan, within: limits)
      let kernels = Set((plan.launches(of: .setup) + plan.launches(of: .run)).map(\.launch.kernel))
      used.formUnion(kernels)
      for kernel in group.subjects where !kernels.contains(kernel) { missing[kernel] = group.name }
    }
    #expect(used.isDisjoint(with: missing.keys), "\(used.intersection(missing.keys))")
    // With half a mebibyte there is room for all.
    #expect(bytes < 512 << 10 || missing.isEmpty, "\(missing)")
  }

  @Test("The plan of a group of the CPU family has the kernels that the group is for")
  func subjects() throws {
    for group in SelfTestGroup.processor {
      let plan = Plan(try group.graph(), family: .cpu, options: group.planOptions(.all))
      let kernels = Set((plan.launches(of: .setup) + plan.launches(of: .run)).map(\.launch.kernel))
      #expect(kernels.isSuperset(of: group.subjects), "\(group.name): \(kernels)")
      for kernel in group.subjects { #expect(SelfTestGroup.testing(kernel)?.name == group.name) }
    }
  }

  @Test("Every kernel of the CPU family is in one part, and some group tests it")
  func parts() throws {
    let kernels = KernelPart.all.flatMap(\.kernels)
    #expect(Set(kernels).count == kernels.count)
    // Only integers that are added by index have no function of tensors that needs them.
    let tested = Set(SelfTestGroup.processor.flatMap(\.subjects)).union(["scatter_add_int"])
    #expect(Set(kernels) == tested)
    let text = try KernelTexts.assembled("cpu/family.cl")
    for match in text.matches(of: /kernel void (\w+)\(/) where !match.1.contains("NAME") {
      #expect(kernels.contains(String(match.1)), "\(match.1)")
    }
  }

  @Test("Every part of the CPU family builds by itself", arguments: KernelPart.all)
  func builds(_ part: KernelPart) throws {
    let engine = try TestDevice.running(.cpu).engine()
    guard engine.hasMatrixTiles || !part.kernels.contains(where: { $0.contains("tiles") }) else { return }
    for kernel in part.kernels { _ = try engine.program(having: kernel) }
  }
}
