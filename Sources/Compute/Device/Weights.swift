/// Parameters on a device, by name: one owner, shared by every executable that reads them.
public struct Weights: ~Copyable {
  /// The device they lie on.
  public let device: any Device
  private let buffers: [String: any DeviceBuffer]
  private let types: [String: TensorType]
  /// Which state of which parameters this is, so that what is made of them is kept while they stay the same.
  private(set) var state: WeightsState

  /// Copies parameters to a device.
  ///
  /// - Throws: ``DeviceError`` when memory is short.
  public init(_ values: [String: HostArray], on device: any Device) throws {
    self.device = device
    var buffers: [String: any DeviceBuffer] = [:]
    for (name, value) in values {
      let buffer = try device.makeBuffer(byteCount: max(4, value.bytes.count))
      try buffer.write(
        value.bytes + [UInt8](repeating: 0, count: max(4, value.bytes.count) - value.bytes.count))
      buffers[name] = buffer
    }
    self.buffers = buffers
    types = values.mapValues(\.type)
    state = WeightsState(owner: WeightsState.Owner(), version: 0)
  }

  /// The names and types.
  public var parameters: [String: TensorType] { types }

  /// Copies all parameters to the host.
  public func read() async throws -> [String: HostArray] {
    var values: [String: HostArray] = [:]
    for (name, buffer) in buffers {
      guard let type = types[name] else { continue }
      values[name] = HostArray(type, bytes: Array(try await buffer.read().prefix(type.byteCount)))
    }
    return values
  }

  /// Overwrites one parameter.
  ///
  /// - Throws: ``DeviceError`` for an unknown name or another type.
  public mutating func write(_ name: String, _ value: HostArray) throws {
    guard let buffer = buffers[name], let type = types[name], type == value.type else {
      throw DeviceError(.misuse, on: device.name, "there is no parameter '\(name)' of \(value.type)")
    }
    try buffer.write(value.bytes + [UInt8](repeating: 0, count: buffer.byteCount - value.bytes.count))
    changed()
  }

  mutating func changed() { state.version += 1 }

  /// The buffers of a plan's parameters, in its order.
  func buffers(for ports: [Plan.Port]) throws -> [any DeviceBuffer] {
    try ports.map { port in
      guard let buffer = buffers[port.name], let type = types[port.name] else {
        throw DeviceError(
          .misuse, on: device.name, "the weights have no parameter '\(port.name)' of \(port.type)")
      }
      guard type == port.type else {
        throw DeviceError(
          .misuse, on: device.name, "parameter '\(port.name)' is \(type); the graph takes \(port.type)")
      }
      return buffer
    }
  }
}

/// A state of some weights: equal for the same values, different after any change.
struct WeightsState: Equatable {
  let owner: Owner
  var version: Int

  static func == (a: WeightsState, b: WeightsState) -> Bool { a.owner === b.owner && a.version == b.version }
}
