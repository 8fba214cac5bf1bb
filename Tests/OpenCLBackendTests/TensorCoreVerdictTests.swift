import Compute
import FileTestSupport
import Synchronization
import Testing

@testable import OpenCLBackend

/// What follows from what was found out about tensor cores, and that it is found out once.
struct TensorCoreVerdictTests {
  private let times: [String: TensorCoreVerdict.Times] = [
    "deepFilter": .init(plain: 1, split: 0.5, rounded: 0.25),
    "pointwise": .init(plain: 1, split: 1.5, rounded: 0.5),
    "stem": .init(plain: 1, split: 0.97, rounded: 0.97),
    "general": .init(plain: 1, split: .nan, rounded: 0),
  ]

  @Test("The faster kernels win, by what the precision allows")
  func choice() {
    let verdict = TensorCoreVerdict(times: times)
    #expect(verdict.layers(.float32, .timed) == [.deepFilter])
    #expect(verdict.layers(.tensorFloat32, .timed) == [.pointwise, .deepFilter])
    #expect(verdict.options(.float32, .timed) == TensorCoreLayer.deepFilter.option)
    #expect(verdict.options(.tensorFloat32, .timed).contains(.tensorFloat32))
    #expect(!verdict.options(.float32, .all).contains(.tensorFloat32))
    #expect(verdict.layers(.float32, .all) == TensorCoreLayer.allCases)
    #expect(verdict.layers(.tensorFloat32, .off).isEmpty)
  }

  @Test("Nothing that failed or was not timed is used")
  func failures() {
    let failed = TensorCoreVerdict(failure: "they are wrong", times: times)
    for precision in Precision.allCases {
      #expect(failed.options(precision, .timed) == [] && failed.options(precision, .all) == [])
      #expect(TensorCoreVerdict().options(precision, .timed) == [])
    }
    #expect(failed.findings(.float32, .timed) == ["tensor cores: off, because they are wrong"])
  }

  @Test("Options of layers are not passes, and stand for one layer each")
  func bits() {
    let options = TensorCoreLayer.allCases.map(\.option)
    #expect(Set(options).count == options.count)
    #expect(options.allSatisfy { $0.isDisjoint(with: .all) && $0.isDisjoint(with: .tensorFloat32) })
  }

  @Test("A timing is kept beside the verdict", .enabled(if: TestDevice.isPresent))
  func cache() throws {
    let folder = try TestFolder()
    let count = Mutex(0)
    let engine = try OpenCLEngine(
      #require(RuntimeDevice.first), name: "opencl:0", family: .gpu,
      location: CacheLocation(folder: folder.path), tensorCores: .emulation)
    for _ in 0..<2 {
      var examination = TensorCoreExamination(
        engine, CacheLocation(folder: folder.path), .all, .timed)
      examination.timing = { _, _ in
        count.withLock { $0 += 1 }
        return ["deepFilter": .init(plain: 1, split: 0.5, rounded: 0.25)]
      }
      #expect(try examination.verdict().layers(.float32, .timed) == [.deepFilter])
    }
    #expect(count.withLock { $0 } == 1)
  }

  @Test("A device whose compiler refuses the kernels does without them", .enabled(if: TestDevice.isPresent))
  func refusal() async throws {
    let folder = try TestFolder()
    let device = OpenCLDevice(
      try #require(RuntimeDevice.first), family: .gpu, precision: .tensorFloat32,
      location: CacheLocation(folder: folder.path), testsItself: true,
      tensorCores: .hardware(ComputeCapability(major: 7, minor: 0)), tensorCoreUse: .timed)
    #expect(device.planOptions.isSuperset(of: .all.subtracting(.matrixTiles)))
    #expect(device.findings.count == 1 && device.findings[0].contains("does not compile"))
    let executable = try Executable(networkGraph(batch: 2), on: device)
    #expect(Set(executable.plan.launchesByKernel.keys).isDisjoint(with: TensorCoreSource.kernels))
  }
}
