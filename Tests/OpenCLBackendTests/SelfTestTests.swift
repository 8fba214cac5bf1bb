import Compute
import FileTestSupport
import Foundation
import Testing

@testable import OpenCLBackend

/// The test that a device passes before it is used.
@Suite(.enabled(if: TestDevice.isPresent))
struct SelfTestTests {
  private func store(_ verdict: SelfTest.Verdict, _ family: KernelFamily, _ folder: TestFolder) throws {
    let engine = try TestDevice.fresh(family, in: folder, testsItself: false).engine()
    let test = SelfTest(engine, CacheLocation(folder: folder.path), .all)
    try #require(test.files).store(Array(JSONEncoder().encode(verdict)), as: test.file)
  }

  @Test("A device passes, and what was found is kept", arguments: TestDevice.families)
  func pass(_ family: KernelFamily) throws {
    let folder = try TestFolder()
    let device = try TestDevice.fresh(family, in: folder)
    let engine = try device.engine()
    #expect(device.planOptions.isSuperset(of: .all.subtracting(.matrixTiles)))
    let test = SelfTest(engine, CacheLocation(folder: folder.path), .all)
    #expect(test.files?.content(of: try test.file) != nil)
    #expect(try test.verdict() == SelfTest.Verdict())
  }

  @Test("A device that fails is refused, with the groups that failed", arguments: TestDevice.families)
  func refusal(_ family: KernelFamily) throws {
    let folder = try TestFolder()
    try store(
      SelfTest.Verdict(failures: ["maps": "maps are wrong by a relative error of 0.5"]), family, folder)
    let device = try TestDevice.fresh(family, in: folder)
    for _ in 0..<2 {
      #expect {
        _ = try device.makeBuffer(byteCount: 4)
      } throws: { error in
        guard let error = error as? DeviceError else { return false }
        return error.kind == .unreliable && error.message.contains("maps are wrong")
      }
    }
  }

  @Test("Fast convolutions that fail are replaced by slower ones")
  func fallback() async throws {
    let folder = try TestFolder()
    let name = SelfTestGroup.fastConvolutions.name
    try store(
      SelfTest.Verdict(failures: [name: "\(name) are wrong by a relative error of 0.5"]), .gpu, folder)
    let device = try TestDevice.fresh(.gpu, in: folder)
    #expect(!device.planOptions.contains(.fastConvolution))
    let executable = try Executable(networkGraph(batch: 2), on: device)
    #expect(executable.plan.launchesByKernel["convolution_winograd"] == nil)
  }

  @Test("A kept verdict that is damaged is found again")
  func damage() throws {
    let folder = try TestFolder()
    let engine = try TestDevice.fresh(.gpu, in: folder, testsItself: false).engine()
    let test = SelfTest(engine, CacheLocation(folder: folder.path), .all)
    try #require(test.files).store(Array("nonsense".utf8), as: test.file)
    #expect(try test.verdict() == SelfTest.Verdict())
  }

  @Test("Every group notices a wrong value")
  func sensitivity() throws {
    for group in SelfTestGroup.all + [.splitProducts, .roundedProducts] {
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
}
