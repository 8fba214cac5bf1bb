/// What a device offers to the kernels of a plan.
///
/// A plan keeps within them, by covering less of a layer at a time or by kernels that need less. They are a property of
/// the device, so on one device they choose the same kernel for a layer whatever is computed beside it.
public struct DeviceLimits: Hashable, Sendable {
  /// Bytes of scratch that a work-item of the CPU family may use; on OpenCL devices, local memory.
  public let scratch: Int
  /// The most work-items of a work-group.
  public let group: Int
  /// Kernels that the device does not compute rightly; others stand in for them where there are any.
  public let avoided: Set<String>

  /// The least that every kernel has a form for.
  public static let leastScratch = 32 << 10

  /// The work-items of every work-group of the GPU family; kernels of the CPU family have none to share work with.
  public static let graphicsGroup = 256

  /// No limits.
  public static let none = DeviceLimits(scratch: .max)

  /// States limits; ``leastScratch`` bytes of scratch are needed.
  public init(scratch: Int, group: Int = .max, avoiding avoided: Set<String> = []) {
    self.scratch = scratch
    self.group = group
    self.avoided = avoided
  }

  /// The same without these kernels.
  public func avoiding(_ kernels: Set<String>) -> DeviceLimits {
    DeviceLimits(scratch: scratch, group: group, avoiding: avoided.union(kernels))
  }

  /// Whether a kernel may be launched with so much scratch.
  func allow(_ kernel: String, scratch: Int = 0) -> Bool {
    scratch <= self.scratch && !avoided.contains(kernel)
  }

  /// Reads a number of bytes as users write it: `49152`, `48KiB`, `2MiB`.
  ///
  /// - Returns: nil for anything else.
  package static func bytes(_ text: String) -> Int? {
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20)]
    let unit = units.first { text.hasSuffix($0.0) } ?? ("", 1)
    let digits = text.dropLast(unit.0.count)
    guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }), let count = Int(digits) else {
      return nil
    }
    let (product, overflows) = count.multipliedReportingOverflow(by: unit.1)
    return overflows ? nil : product
  }

  /// Why a text is no local memory that can be simulated, or nil.
  package static func refusal(of text: String) -> String? {
    if let bytes = bytes(text), bytes >= leastScratch { return nil }
    return "it takes a number of bytes of at least 32KiB, such as 65536 or 64KiB"
  }

  /// The lesser of what a device has and what `TREMOR_LOCAL_MEMORY` simulates.
  ///
  /// - Parameters:
  ///   - text: What the variable holds, if it is set.
  ///   - device: The name for messages.
  /// - Throws: ``DeviceError`` for a text that is no number of bytes, and for less than ``leastScratch``.
  package func simulating(_ text: String?, on device: String) throws(DeviceError) -> DeviceLimits {
    guard let text, !text.isEmpty else { return self }
    guard let bytes = DeviceLimits.bytes(text), bytes >= DeviceLimits.leastScratch else {
      throw DeviceError(
        .misuse, on: device, "TREMOR_LOCAL_MEMORY is '\(text)'; \(DeviceLimits.refusal(of: text) ?? "")")
    }
    return DeviceLimits(scratch: Swift.min(scratch, bytes), group: group, avoiding: avoided)
  }

  /// These limits, where kernels of a family can do with them.
  ///
  /// - Throws: ``DeviceError`` where there is less than every kernel needs.
  package func checked(for family: KernelFamily, on device: String) throws(DeviceError) -> DeviceLimits {
    guard family == .cpu || group >= DeviceLimits.graphicsGroup else {
      throw DeviceError(
        .unavailable, on: device,
        "its work-groups have at most \(group) items, and kernels of the GPU family need \(DeviceLimits.graphicsGroup); "
          + "choose the CPU family, or use another device")
    }
    guard scratch >= DeviceLimits.leastScratch else {
      throw DeviceError(
        .unavailable, on: device,
        "it has \(scratch) bytes of local memory, and kernels need \(DeviceLimits.leastScratch); use another device"
      )
    }
    return self
  }
}
