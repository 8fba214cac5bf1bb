import Compute
import DeviceSelection

/// The devices that imported models run on in tests.
enum TestDevices {
  static func processor() throws -> any Device {
    try DeviceCatalog.current(for: .cpu).entry(for: .cpu).device
  }

  /// The best OpenCL device; nil, with the reason printed, where there is none.
  static func openCL() -> (any Device)? {
    do {
      return try DeviceCatalog.current().entry(for: .openCL(index: nil)).device
    } catch {
      print("left out: \(error)")
      return nil
    }
  }
}
