import COpenCL

/// The devices of a machine, or why there are none.
package struct OpenCLInventory: Sendable {
  /// All devices of all platforms, in the order in which the library lists them.
  package let devices: [ListedDevice]
  /// Why there are no devices, for people, or nil if there are some.
  package let reason: String?

  /// The devices that the process can see.
  package static var current: OpenCLInventory { OpenCLInventory(OpenCLLibrary.shared) }

  /// The devices of a library, or none where it could not be opened.
  package init(_ library: Result<OpenCLLibrary, OpenCLError>) {
    switch library {
    case .success(let library): self.init(library: library)
    case .failure(let error): self.init(devices: [], reason: "No OpenCL library was found.\n\(error.detail)")
    }
  }

  private init(devices: [ListedDevice], reason: String?) {
    self.devices = devices
    self.reason = reason
  }

  private init(library: OpenCLLibrary) {
    let (platforms, status) = Self.platforms(of: library)
    let pairs = platforms.flatMap { platform in
      Self.devices(of: platform, in: library).map { (platform, $0) }
    }
    let devices = pairs.enumerated().map { index, pair in
      ListedDevice(library: library, platform: pair.0, handle: pair.1, index: index)
    }
    self.init(
      devices: devices,
      reason: devices.isEmpty ? Self.reason(library, platforms: platforms.count, status) : nil)
  }

  private static let listLimit = 64

  private static func platforms(of library: OpenCLLibrary) -> ([tcl_platform], OpenCLStatus) {
    var platforms = [tcl_platform](repeating: tcl_platform(), count: listLimit)
    var count: UInt32 = 0
    // SAFETY: the callee writes at most `listLimit` handles, the length of the array.
    let status = unsafe tcl_platforms(library.handle, UInt32(listLimit), &platforms, &count)
    return (status == 0 ? Array(platforms.prefix(Int(count))) : [], OpenCLStatus(rawValue: status))
  }

  /// The devices of a platform; a platform that cannot list them has none.
  private static func devices(of platform: tcl_platform, in library: OpenCLLibrary) -> [tcl_device] {
    var devices = [tcl_device](repeating: tcl_device(), count: listLimit)
    var count: UInt32 = 0
    // SAFETY: the callee writes at most `listLimit` handles, the length of the array.
    let status = unsafe tcl_devices(library.handle, platform, UInt32(listLimit), &devices, &count)
    return status == 0 ? Array(devices.prefix(Int(count))) : []
  }

  private static func reason(_ library: OpenCLLibrary, platforms: Int, _ status: OpenCLStatus) -> String {
    if platforms > 0 { return "The OpenCL drivers that \(library.path) found have no devices." }
    if status == .success || status == .noPlatform || status == .deviceNotFound {
      return "\(library.path) found no OpenCL driver."
    }
    return "\(library.path) cannot list its drivers: \(status.symbol)."
  }
}
