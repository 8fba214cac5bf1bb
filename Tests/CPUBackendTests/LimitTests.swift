import CPUBackend
import Compute
import ComputeTestSupport
import Synchronization
import Testing

/// Devices with little local memory, and with kernels that fail: everything has a form that fits, and means the same.
@Suite struct LimitTests {
  @Test(arguments: SimulatedLimits.scratch) func everythingAgreesWithTheInterpreter(_ bytes: Int) async throws
  {
    let device = try CPUDevice(threads: 2, limits: DeviceLimits(scratch: bytes))
    try await checkDevice(device, programs: 300..<310)
    try await checkTies(on: device)
  }

  /// The same without matrix tiles, whose place others take only where they do not fit.
  @Test(arguments: SimulatedLimits.scratch, InstructionSet.available.filter { $0 != .amx })
  func instructionSetsAgree(_ bytes: Int, _ set: InstructionSet) async throws {
    let device = try CPUDevice(threads: 2, instructionSet: set, limits: DeviceLimits(scratch: bytes))
    for model in ReferenceModel.all { try await checkModel(model, on: device) }
    try await checkInvariance(on: device)
  }

  /// Layers of every kind, wide and narrow, and large images.
  static let layers = [
    WideConvolution(inputs: 64, outputs: 64, height: 32, width: 32),
    WideConvolution(inputs: 130, outputs: 70, height: 9, width: 14),
    WideConvolution(inputs: 64, outputs: 128, height: 16, width: 16, stride: 2),
    WideConvolution(inputs: 300, outputs: 40, height: 5, width: 6, stride: 2),
    WideConvolution(inputs: 512, outputs: 512, height: 4, width: 4),
    WideConvolution(inputs: 3, outputs: 64, height: 40, width: 230, kernel: [7, 7], stride: 2, padding: 3),
    WideConvolution(inputs: 48, outputs: 5, height: 20, width: 60),
    WideConvolution(inputs: 64, outputs: 96, height: 7, width: 7, kernel: [1, 1], padding: 0),
    WideConvolution(inputs: 64, outputs: 64, height: 15, width: 17, groups: 2),
    WideConvolution(inputs: 40, outputs: 24, height: 12, width: 12, kernel: [3, 5], dilation: 2),
  ]

  /// What a sample is computed with depends on the layer and the device, never on how many others there are.
  @Test(arguments: layers, SimulatedLimits.scratch)
  func theBatchChoosesNoKernel(_ layer: WideConvolution, _ bytes: Int) throws {
    for removed in [PlanOptions.matrixTiles, []] {
      var chosen: Set<Set<String>> = []
      for batch in [1, 2, 8, 17, 64] {
        let limits = DeviceLimits(scratch: bytes)
        let plan = try Plan(
          layer.graph(batch: batch), family: .cpu, options: .all.subtracting(removed), limits: limits)
        try SimulatedLimits.check(plan, within: limits)
        chosen.insert(
          Set(plan.launchesByKernel.keys.filter { $0.hasPrefix("convolution_") && !$0.hasSuffix("_sum") }))
      }
      #expect(chosen.count == 1, "\(chosen)")
    }
  }

  @Test(arguments: [1 << 20, 2 << 20]) func enoughIsAsGoodAsAnyAmount(_ bytes: Int) throws {
    for layer in Self.layers {
      for options in [PlanOptions.all.subtracting(.matrixTiles)] {
        let plain = try Plan(layer.graph(batch: 8), family: .cpu, options: options)
        let limited = try Plan(
          layer.graph(batch: 8), family: .cpu, options: options, limits: DeviceLimits(scratch: bytes))
        #expect(limited.steps == plain.steps && limited.setup == plain.setup, "\(layer)")
      }
    }
  }

  /// Whatever convolution kernel fails its test on some device, others take its place.
  @Test(arguments: [
    "winograd", "winograd_strided", "tiles", "direct", "first", "last", "depthwise", "weights",
    "weights_winograd", "weights_tiles", "weights_first", "weights_blocks_sum",
  ])
  func othersStandInForAKernelThatFails(_ name: String) async throws {
    let limits = DeviceLimits.none.avoiding(["convolution_" + name])
    let device = try CPUDevice(threads: 2, limits: limits)
    for model in ReferenceModel.all {
      try SimulatedLimits.check(
        Plan(model.graph(), family: .cpu, options: device.planOptions, limits: limits), within: limits)
      try await checkModel(model, on: device)
    }
  }

  /// Long orders are sorted in place where a device has no room beside them.
  @Test(arguments: [nil] + SimulatedLimits.scratch) func longOrdersAreFound(_ bytes: Int?) async throws {
    let device = try CPUDevice(limits: bytes.map { DeviceLimits(scratch: $0) })
    let count = 200_000
    let values = (0..<count).map { Float(($0 * 7919) % 1_000_003) }
    let graph = try Graph { scope in [scope.input("x", [1, count]).top(count - 1).indices] }
    let found = try await outputs(of: graph, ["x": HostArray([1, count], values)], on: device)[0].integers
    let expected = values.indices.sorted { values[$0] > values[$1] }.dropLast()
    #expect(found == expected.map(Int32.init))
  }

  @Test func numbersOfBytesAreRead() throws {
    let cases = [("65536", 65536), ("64KiB", 65536), ("2MiB", 2 << 20), ("32KiB", 32768)]
    for (text, bytes) in cases {
      #expect(try DeviceLimits.none.simulating(text, on: "cpu").scratch == bytes)
    }
    #expect(try DeviceLimits(scratch: 40_000).simulating("64KiB", on: "cpu").scratch == 40_000)
    #expect(try DeviceLimits.none.simulating(nil, on: "cpu") == .none)
    for text in ["64 KiB", "64KB", "-5", "1e6", "KiB", "31KiB", "0", "9999999999999MiB"] {
      #expect { try DeviceLimits.none.simulating(text, on: "cpu") } throws: {
        ($0 as? DeviceError)?.message.contains("TREMOR_LOCAL_MEMORY is '\(text)'") == true
      }
    }
    #expect(throws: DeviceError.self) {
      try DeviceLimits(scratch: 16 << 10).checked(for: .cpu, on: "opencl:0")
    }
  }

  @Test func smallGroupsAreForTheCPUFamily() throws {
    let small = DeviceLimits(scratch: 1 << 16, group: 128)
    #expect(try small.checked(for: .cpu, on: "opencl:0") == small)
    #expect {
      try small.checked(for: .gpu, on: "opencl:0")
    } throws: {
      ($0 as? DeviceError)?.message.contains("at most 128 items") == true
    }
  }

  /// A plan made before a kernel failed its test is made anew, once for each kernel.
  @Test func plansAreMadeAnew() async throws {
    let device = DiscerningDevice(
      inner: try CPUDevice(threads: 2),
      failing: ["convolution_first", "convolution_last", "convolution_tiles"])
    for model in ReferenceModel.all { try await checkModel(model, on: device) }
    #expect(device.limits.avoided == device.tiles.union(["convolution_first", "convolution_last"]))
    let hopeless = DiscerningDevice(inner: try CPUDevice(threads: 2), failing: ["map"])
    await #expect {
      try await checkModel(ReferenceModel.all[1], on: hopeless)
    } throws: { ($0 as? DeviceError)?.kind == .unreliable }
  }
}

/// Finds out that it computes some kernels wrongly when a plan needs them, one at a time.
private final class DiscerningDevice: Device {
  let inner: CPUDevice
  let failing: Set<String>
  private let found = Mutex<Set<String>>([])

  init(inner: CPUDevice, failing: Set<String>) {
    self.inner = inner
    self.failing = failing
  }

  var name: String { "discerning" }
  var family: KernelFamily { .cpu }
  var planOptions: PlanOptions { inner.planOptions }
  var limits: DeviceLimits { DeviceLimits.none.avoiding(found.withLock { $0 }) }
  /// Tiles fail only where there are any.
  var tiles: Set<String> { planOptions.contains(.matrixTiles) ? ["convolution_tiles"] : [] }

  func makeBuffer(byteCount: Int) throws -> any DeviceBuffer { try inner.makeBuffer(byteCount: byteCount) }

  func makeSession(_ plan: Plan, lanes: Int) throws -> any Session {
    let kernels = Set((plan.launches(of: .setup) + plan.launches(of: .run)).map(\.launch.kernel))
    if let failure = kernels.intersection(failing).min() {
      found.withLock { _ = $0.insert(failure) }
      throw DeviceError(.unreliable, on: name, "\(failure) is wrong")
    }
    return try inner.makeSession(plan, lanes: lanes)
  }
}
