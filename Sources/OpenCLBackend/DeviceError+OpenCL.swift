import Compute

extension DeviceError {
  /// What a failure of OpenCL means to the users of devices.
  init(_ error: OpenCLError, on device: String) {
    let kind: Kind =
      switch error.kind {
      case .outOfMemory: .outOfMemory
      case .deviceLost: .lost
      case .buildFailure, .invalidSource: .buildFailed
      case .unavailable, .other: .unavailable
      }
    self.init(kind, on: device, error.description)
  }
}
