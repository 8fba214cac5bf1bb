public import Compute

/// What a device can do at most, where that can be measured: what the launches of a profile are compared with.
public struct DevicePeaks: Hashable, Sendable, Codable {
  /// Floating-point operations a second, two for a multiply-add; nil where nobody has measured it.
  public let operationsPerSecond: Double?
  /// Bytes a second from and to memory; nil where nobody has measured it.
  public let bytesPerSecond: Double?
  /// How they were measured, in a few words.
  public let origin: String

  /// Makes peaks.
  public init(operationsPerSecond: Double?, bytesPerSecond: Double?, origin: String) {
    self.operationsPerSecond = operationsPerSecond
    self.bytesPerSecond = bytesPerSecond
    self.origin = origin
  }

  /// Those of the processor that the CPU device runs on.
  public init(_ machine: MachinePeaks) {
    self.init(
      operationsPerSecond: machine.operationsPerSecond, bytesPerSecond: machine.bytesPerSecond,
      origin: "fused multiply-adds between registers; the better of triad and copy beyond the caches")
  }

  /// The bandwidth of any device, by a triad that it runs as it runs everything; its arithmetic stays unknown, because
  /// no plan does nothing but multiply.
  ///
  /// - Parameter megabytes: The size of each of the three arrays; they should be larger than its caches.
  /// - Throws: `DeviceError` when memory is short.
  public static func measured(on device: any Device, megabytes: Int = 64) async throws -> DevicePeaks {
    let count = megabytes << 18
    let graph = try Graph { scope in
      [scope.input("b", [count]) + scope.input("c", [count]) * 0.5]
    }
    var executable = try Executable(graph, on: device)
    let ones = HostArray([count], [Float](repeating: 1, count: count))
    for name in ["b", "c"] { try executable.write(name, ones) }
    let times = try await executable.profile(repetitions: 7)
    let seconds = times.map { Statistics.median($0.seconds) }.reduce(0, +)
    return DevicePeaks(
      operationsPerSecond: nil, bytesPerSecond: seconds > 0 ? Double(12 * count) / seconds : nil,
      origin: "a triad of 3 arrays of \(megabytes) MiB; the arithmetic of this device was not measured")
  }
}
