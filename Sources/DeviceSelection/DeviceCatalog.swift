internal import CPUBackend
public import Compute
internal import OpenCLBackend

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The devices of a machine, and which of them is meant by a request.
public struct DeviceCatalog: Sendable {
  /// The processor, then every OpenCL device in the order of its drivers.
  public let entries: [DeviceEntry]
  /// Why there is no OpenCL device, for people, or nil if there is one.
  public let openCLAbsence: String?

  /// Makes a catalog of known devices.
  public init(_ entries: [DeviceEntry], openCLAbsence: String? = nil) {
    self.entries = entries
    self.openCLAbsence = openCLAbsence
  }

  /// The devices of this machine.
  ///
  /// OpenCL is looked for only where `request` may need it: a driver can take longer to answer than a small
  /// network to run.
  ///
  /// - Parameters:
  ///   - threads: How many threads the processor uses; one for each core when nil.
  ///   - request: The only request that will be made, or nil to list everything.
  ///   - precision: How exactly the devices multiply.
  /// - Throws: `DeviceError` when the processor cannot be used, or an environment variable asks for what does not exist.
  public static func current(
    threads: Int? = nil, for request: DeviceRequest? = nil, precision: Precision = .float32
  ) throws -> DeviceCatalog {
    if let reason = EnvironmentVariable.refusal(ProcessInfo.processInfo.environment) {
      throw DeviceError(.misuse, on: "environment", reason)
    }
    let processor = DeviceEntry(tuned: try CPUDevice(threads: threads, precision: precision))
    if request == .cpu { return DeviceCatalog([processor]) }
    let (devices, reason) = OpenCL.devices()
    let entries = devices.map {
      DeviceEntry(tuned: precision == .float32 ? $0 : $0.computing(in: precision))
    }
    return DeviceCatalog([processor] + entries, openCLAbsence: reason)
  }

  /// The device that is meant.
  ///
  /// - Parameters:
  ///   - request: Who is asked for.
  ///   - note: Receives one line when the best device cannot be used and another takes its place.
  /// - Throws: `DeviceError` when there is no device of the kind, or the one that was named cannot be used.
  public func entry(for request: DeviceRequest, note: (String) -> Void = { _ in }) throws -> DeviceEntry {
    switch request {
    case .cpu: return try processor
    case .openCL(let index):
      let entry = try index.map(openCL(at:)) ?? bestOpenCL
      try entry.open()
      return entry
    case .best: return try bestGPU(note) ?? processor
    }
  }

  private var openCL: [DeviceEntry] { entries.filter(\.kind.isOpenCL) }

  private var processor: DeviceEntry {
    get throws {
      guard let entry = entries.first(where: { $0.kind == .processor }) else {
        throw DeviceError(.unavailable, on: "cpu", "this build has no CPU device")
      }
      return entry
    }
  }

  /// A GPU before anything else, and what can be used before what cannot.
  private var bestOpenCL: DeviceEntry {
    get throws {
      guard let best = openCL.max(by: { $0.rank < $1.rank }) else { throw absence("opencl") }
      return best
    }
  }

  private func openCL(at index: Int) throws -> DeviceEntry {
    guard !openCL.isEmpty else { throw absence("opencl:\(index)") }
    guard openCL.indices.contains(index) else {
      let names = openCL.map { "\($0.name) is \($0.title)" }.joined(separator: ", ")
      throw DeviceError(.unavailable, on: "opencl:\(index)", "there is no such device; \(names)")
    }
    return openCL[index]
  }

  private func bestGPU(_ note: (String) -> Void) -> DeviceEntry? {
    let candidates = openCL.filter { $0.kind == .openCLGPU && $0.obstacle == nil }
    for entry in candidates.sorted(by: { $0.rank > $1.rank }) {
      do {
        try entry.open()
        return entry
      } catch {
        note("\(error); going on without it")
      }
    }
    return nil
  }

  private func absence(_ name: String) -> DeviceError {
    let reason = openCLAbsence ?? "no driver lists a device"
    let line = reason.split(whereSeparator: \.isNewline).joined(separator: " ")
    return DeviceError(.unavailable, on: name, "there is no OpenCL device: \(line)")
  }
}

extension DeviceEntry {
  /// In order of preference: usable, GPU, fast.
  fileprivate var rank: (Int, Int, Int) { (obstacle == nil ? 1 : 0, kind == .openCLGPU ? 1 : 0, speed) }

  /// The processor with the launch parameters that were measured for it.
  fileprivate init(tuned device: CPUDevice) {
    var device = device
    device.tuning = DeviceEntry(device).tuningStore.tuning
    self.init(device)
  }

  /// An OpenCL device likewise.
  fileprivate init(tuned device: OpenCLDevice) {
    let tuning = DeviceEntry(device).tuningStore.tuning
    self.init(tuning == .none ? device : device.tuned(tuning))
  }

  fileprivate init(_ device: CPUDevice) {
    self.init(device, kind: .processor, title: device.summary, units: device.threads)
  }

  fileprivate init(_ device: OpenCLDevice) {
    let properties = device.properties
    self.init(
      device, kind: properties.kind == .gpu ? .openCLGPU : .openCLOther,
      title: "\(properties.name) (\(properties.platformName), driver \(properties.driverVersion))",
      memory: properties.globalMemory, largestBuffer: properties.maximumAllocation,
      units: properties.computeUnits, largestGroup: properties.maximumWorkGroup,
      localMemory: properties.localMemoryKind == .dedicated ? properties.localMemory : nil,
      speed: properties.computeUnits * properties.clock, obstacle: properties.obstacle)
  }
}
