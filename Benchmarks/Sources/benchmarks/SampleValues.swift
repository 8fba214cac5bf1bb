import Compute

/// Numbers that look random and are the same in every run.
enum SampleValues {
  /// So many elements are made; more repeat them, because making them takes longer than most kernels.
  private static let period = 1 << 16

  /// Numbers in 0..<1 for floats, in 0..<`limit` for integers, half of them true for truth values.
  static func array(_ type: TensorType, below limit: Int = 10) -> HostArray {
    let count = type.shape.count
    let pattern = pattern(type.element, min(count, period), below: UInt32(limit)).bytes
    var bytes: [UInt8] = []
    bytes.reserveCapacity(type.byteCount)
    for _ in 0..<(pattern.isEmpty ? 0 : count / period) { bytes += pattern }
    if !pattern.isEmpty { bytes += pattern.prefix(type.byteCount - bytes.count) }
    return HostArray(type, bytes: bytes)
  }

  private static func pattern(_ element: ElementType, _ count: Int, below limit: UInt32) -> HostArray {
    switch element {
    case .float32: HostArray([count], (0..<count).map { Float(mixed($0) % 1_009) / 1_009 })
    case .int32: HostArray([count], (0..<count).map { Int32(mixed($0) % limit) })
    case .uint8: HostArray([count], (0..<count).map { UInt8(mixed($0) % min(limit, 256)) })
    case .bool: HostArray([count], (0..<count).map { mixed($0) & 1 == 1 })
    }
  }

  /// The finaliser of MurmurHash3: neighbours become unrelated.
  private static func mixed(_ index: Int) -> UInt32 {
    var word = UInt32(truncatingIfNeeded: index) &+ 1
    word = (word ^ (word >> 16)) &* 0x85eb_ca6b
    word = (word ^ (word >> 13)) &* 0xc2b2_ae35
    return word ^ (word >> 16)
  }
}
