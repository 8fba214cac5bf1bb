/// A failure of the OpenCL device: what was being done, where, and what may help.
public struct OpenCLError: Error, Sendable, Equatable {
  /// What a caller can do about a failure.
  public enum Kind: Sendable, Equatable {
    /// There is no OpenCL library, platform or device.
    case unavailable
    /// The device or the driver has too little memory: a smaller batch may succeed.
    case outOfMemory
    /// The device no longer answers: the context and everything in it is lost.
    case deviceLost
    /// A program does not compile; ``OpenCLError/detail`` holds the complete build log.
    case buildFailure
    /// The text of a program cannot be put together.
    case invalidSource
    /// Anything else: a defect of this package or of the driver.
    case other
  }

  /// What was attempted, such as `launch of matmul`.
  public let operation: String
  /// The status of OpenCL, or 0 where the failure was found before OpenCL was asked.
  public let code: Int32
  /// The name of the device, or an empty string where none was involved.
  public let device: String
  /// What a caller can do about it.
  public let kind: Kind
  /// The build log or what else is known, possibly of many lines, possibly empty.
  public let detail: String

  /// Creates a failure; its kind is what the status tells unless it is known better.
  package init(
    _ operation: String, _ status: OpenCLStatus, device: String = "", kind: Kind? = nil, detail: String = ""
  ) {
    self.operation = operation
    self.code = status.rawValue
    self.device = device
    self.kind = kind ?? Self.kind(of: status)
    self.detail = detail
  }

  /// The kind that a status alone tells.
  ///
  /// `CL_OUT_OF_RESOURCES` is ambiguous: ``CommandQueue/diagnosed(_:)`` finds out whether the device still
  /// answers.
  package static func kind(of status: OpenCLStatus) -> Kind {
    switch status.rawValue {
    case -4, -5, -6, -61: .outOfMemory
    case -2, -36, -9999: .deviceLost
    case -11, -15, -17: .buildFailure
    case -1, -1001: .unavailable
    default: .other
    }
  }

  /// The same failure, understood as another kind.
  package func reclassified(_ kind: Kind) -> OpenCLError {
    OpenCLError(operation, OpenCLStatus(rawValue: code), device: device, kind: kind, detail: detail)
  }

  /// What may help, or nil.
  public var advice: String? {
    switch kind {
    case .unavailable: "Install an OpenCL driver for the device, or use the CPU device."
    case .outOfMemory: "Use a smaller batch, or a device with more memory."
    case .deviceLost: "The driver has given the device up: start again, or use another device."
    case .buildFailure: "Update the driver of the device; the CPU device needs none."
    case .invalidSource, .other: nil
    }
  }
}

extension OpenCLError: CustomStringConvertible {
  /// One line that says what failed, then the advice, then the detail.
  public var description: String {
    let place = device.isEmpty ? "" : " on \(device)"
    let status = code == 0 ? "" : ": \(OpenCLStatus(rawValue: code).symbol) (\(code))"
    let lines = ["\(operation) failed\(place)\(status)", advice ?? "", detail]
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
