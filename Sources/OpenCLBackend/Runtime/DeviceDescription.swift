/// What a device says about itself.
public struct DeviceDescription: Sendable, Equatable {
  /// What sort of processor a device is.
  public enum Kind: Sendable, Equatable {
    /// The processor of the host.
    case cpu
    /// A graphics processor.
    case gpu
    /// A processor made for computing alone.
    case accelerator
    /// None of these.
    case other
  }

  /// Where local memory lives.
  public enum LocalMemoryKind: Sendable, Equatable {
    /// Memory of its own beside the compute units.
    case dedicated
    /// A part of global memory: staging data in it gains nothing.
    case global
    /// There is none.
    case none
  }

  /// The position among all devices of all platforms, counted from 0.
  public let index: Int
  /// The name that the driver gives the device.
  public let name: String
  /// The maker of the device.
  public let vendor: String
  /// The PCI vendor, such as 0x10DE for NVIDIA.
  public let vendorID: UInt32
  /// The name of the driver.
  public let platformName: String
  /// The version of OpenCL that the driver supports, and its own details.
  public let platformVersion: String
  /// The version of the driver, in its own form.
  public let driverVersion: String
  /// The version of OpenCL that the device supports, such as `OpenCL 3.0 CUDA`.
  public let deviceVersion: String
  /// The highest version of OpenCL C that the driver compiles, such as `OpenCL C 1.2`.
  public let languageVersion: String
  /// What sort of processor it is.
  public let kind: Kind
  /// The number of work-groups that can run side by side, at least.
  public let computeUnits: Int
  /// The highest clock frequency, in MHz.
  public let clock: Int
  /// Global memory, in bytes.
  public let globalMemory: UInt64
  /// The largest buffer, in bytes.
  public let maximumAllocation: UInt64
  /// Local memory of a work-group, in bytes.
  public let localMemory: Int
  /// Where local memory lives.
  public let localMemoryKind: LocalMemoryKind
  /// The most work-items in a work-group.
  public let maximumWorkGroup: Int
  /// What the offset of a sub-buffer must be a multiple of, in bytes.
  public let baseAddressAlignment: Int
  /// Whether it divides and takes square roots as exactly as IEEE 754 asks, when the program asks for it.
  public let roundsDivision: Bool
  /// The names of the extensions that the device supports.
  public let extensions: [String]
  /// The compute capability as NVIDIA counts it, such as 9.0, or nil on other devices.
  public let computeCapability: ComputeCapability?
  /// Why the device cannot be used, or nil if it can.
  public let obstacle: String?

  /// Whether the device can run plans.
  public var isUsable: Bool { obstacle == nil }

  /// Whether the device lists an extension, by its name in the registry.
  public func supports(extension name: String) -> Bool {
    extensions.contains(name)
  }

  /// What tells cached binaries of one device and driver from those of another.
  package var identity: String {
    [platformName, platformVersion, name, String(vendorID), driverVersion, deviceVersion]
      .joined(separator: "|")
  }

  /// Whether the driver keeps compiled programs in files of its own, and asking it for a binary costs more
  /// than that saves.
  ///
  /// PoCL compiles every kernel of a program to answer: four times as long as the build itself, for kernels
  /// that may never run. No query tells, so the name of the platform has to.
  package var driverKeepsPrograms: Bool { isPoCL }
  /// Whether PoCL runs it.
  var isPoCL: Bool { platformName == "Portable Computing Language" }
}

/// The generation of an NVIDIA device.
public struct ComputeCapability: Sendable, Comparable, CustomStringConvertible {
  /// The generation.
  public let major: Int
  /// The step within the generation.
  public let minor: Int

  /// Creates a capability from its two numbers.
  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Whether one generation came before another.
  public static func < (left: ComputeCapability, right: ComputeCapability) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// The two numbers, such as `9.0`.
  public var description: String { "\(major).\(minor)" }
}

extension DeviceDescription: CustomStringConvertible {
  /// The name, the platform, the driver, and the obstacle if there is one.
  public var description: String {
    let base = "\(name) (\(platformName), \(deviceVersion), driver \(driverVersion))"
    return obstacle.map { "\(base): \($0)" } ?? base
  }
}
