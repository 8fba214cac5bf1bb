import Compute

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The OpenCL devices of this machine.
///
/// The OpenCL library is looked for when a device is first asked for; a program that never asks does not need one.
public enum OpenCL {
  /// The devices that every driver lists, and for people why there are none.
  ///
  /// Nothing is done on a device before it is used; a device that cannot be used is listed with its
  /// ``DeviceDescription/obstacle``.
  public static func devices() -> (devices: [OpenCLDevice], reason: String?) { listed }

  /// The device at a position of ``devices()``.
  ///
  /// - Throws: ``DeviceError`` of kind `unavailable` when there is none, or when it cannot be used.
  public static func device(_ index: Int) throws -> OpenCLDevice {
    let (devices, reason) = listed
    guard devices.indices.contains(index) else {
      let message = reason ?? "there are \(devices.count) OpenCL devices, counted from 0"
      throw DeviceError(.unavailable, on: "opencl:\(index)", message)
    }
    let device = devices[index]
    if let obstacle = device.properties.obstacle {
      throw DeviceError(
        .unavailable, on: device.name, "\(device.properties.name) cannot be used: \(obstacle)")
    }
    return device
  }

  /// Each device once a process, so that memory made through one answer can be used through another.
  private static let listed: (devices: [OpenCLDevice], reason: String?) = {
    let inventory = OpenCLInventory.current
    return (inventory.devices.map { OpenCLDevice($0) }, inventory.reason)
  }()

  /// What `TREMOR_KERNEL_FAMILY` asks for, if it names a family.
  static var requestedFamily: KernelFamily? {
    ProcessInfo.processInfo.environment["TREMOR_KERNEL_FAMILY"].flatMap(KernelFamily.init(rawValue:))
  }

  /// What `TREMOR_TENSOR_CORES` asks for: `off`, `timed` or `all`; by default those layers that a timing favours.
  static var requestedTensorCores: TensorCoreUse {
    ProcessInfo.processInfo.environment["TREMOR_TENSOR_CORES"].flatMap(TensorCoreUse.init(rawValue:))
      ?? .timed
  }

  /// Says something once to whoever watches the program: warnings that stop nothing.
  static func report(_ message: String) {
    let line = Array("tremor: \(message)\n".utf8)
    // SAFETY: the array has as many bytes as are written; nothing can be done about a stream that takes fewer.
    _ = unsafe write(2, line, line.count)
  }
}
