public import Compute

/// A device of this machine, with what is known about it before it is used.
public struct DeviceEntry: Sendable {
  /// What sort of processor it is.
  public enum Kind: String, Sendable, Codable {
    /// The processor of the host, reached without a driver.
    case processor
    /// A GPU behind an OpenCL driver.
    case openCLGPU
    /// An OpenCL device of another kind, such as a runtime on the processor.
    case openCLOther

    var isOpenCL: Bool { self != .processor }
  }

  /// The device; it is opened by its first use.
  public let device: any Device
  /// What sort of processor it is.
  public let kind: Kind
  /// The name that the maker gives it, and what it runs on.
  public let title: String
  /// Memory in bytes, or nil where that is the host's.
  public let memory: UInt64?
  /// The largest buffer in bytes, or nil where only the memory bounds it.
  public let largestBuffer: UInt64?
  /// Threads or compute units.
  public let units: Int
  /// The most work-items in a group, or nil where the kernels know no groups.
  public let largestGroup: Int?
  /// Bytes of local memory of a group, or nil where there is none of its own.
  public let localMemory: Int?
  /// How fast it may be, to tell devices of one kind apart; no unit.
  public let speed: Int
  /// Why it cannot be used, or nil if it can.
  public let obstacle: String?

  /// Where launch parameters measured for it are kept.
  public var tuningStore: TuningStore { TuningStore("\(kind.rawValue)-\(title)-\(units)") }

  /// Describes a device.
  public init(
    _ device: any Device, kind: Kind, title: String, memory: UInt64? = nil, largestBuffer: UInt64? = nil,
    units: Int, largestGroup: Int? = nil, localMemory: Int? = nil, speed: Int = 0, obstacle: String? = nil
  ) {
    self.device = device
    self.kind = kind
    self.title = title
    self.memory = memory
    self.largestBuffer = largestBuffer
    self.units = units
    self.largestGroup = largestGroup
    self.localMemory = localMemory
    self.speed = speed
    self.obstacle = obstacle
  }

  /// The name that requests use, as in `cpu` and `opencl:1`.
  public var name: String { device.name }
  /// How exactly it multiplies.
  public var precision: Precision { device.precision }

  /// Opens the device.
  ///
  /// - Throws: Why it cannot be used: an obstacle, a driver that fails, or a self-test that does not pass.
  public func open() throws {
    if let obstacle {
      throw DeviceError(.unavailable, on: name, "\(title) cannot be used: \(obstacle)")
    }
    _ = try device.makeBuffer(byteCount: 4)
  }
}
