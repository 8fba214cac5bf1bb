/// Which device somebody asks for, as the command line and `TREMOR_DEVICE` spell it.
public enum DeviceRequest: Hashable, Sendable {
  /// The best OpenCL GPU, else the processor; no name asks for it.
  case best
  /// The processor: `cpu`.
  case cpu
  /// The best OpenCL device of any kind: `opencl`. With a position in the list of all devices: `opencl:1`.
  case openCL(index: Int?)

  /// What is said of other names.
  public static let refusal = "there is no such device; say cpu, opencl or opencl:N"

  /// Reads a name.
  ///
  /// - Returns: nil for anything but `cpu`, `opencl` and `opencl:N`.
  public init?(_ name: String) {
    switch name {
    case "cpu": self = .cpu
    case "opencl": self = .openCL(index: nil)
    default:
      let prefix = "opencl:"
      guard name.hasPrefix(prefix), let index = Int(name.dropFirst(prefix.count)), index >= 0 else {
        return nil
      }
      self = .openCL(index: index)
    }
  }
}
