import ArrayFiles

extension ArrayElement {
  /// An array of shape `[2, 3]` with numbers that this type holds exactly, its ends among them where doubles
  /// can.
  var sample: StoredArray {
    let numbers: [Double] =
      switch self {
      case .bool: [0, 1, 1, 0, 1, 0]
      case .int8: [-128, 127, 0, 1, -1, 42]
      case .int16: [-32_768, 32_767, 0, 1, -1, 4_242]
      case .int32: [-2_147_483_648, 2_147_483_647, 0, 1, -1, 424_242]
      case .int64: [-0x1p63, 0x1p62, 0, 1, -1, 0x1p40]
      case .uint8: [0, 255, 1, 2, 3, 42]
      case .uint16: [0, 65_535, 1, 2, 3, 4_242]
      case .uint32: [0, 4_294_967_295, 1, 2, 3, 424_242]
      case .uint64: [0, 0x1p63, 1, 2, 3, 0x1p40]
      case .float16: [-65_504, 0x1p-24, 0, 0.5, .infinity, -1]
      case .bfloat16: [-0x1.fep127, 0x1p-133, 0, 0.5, .infinity, -1]
      case .float32: [-0x1.fffffep127, 0x1p-149, 0, Double(0.1 as Float), .infinity, -1]
      case .float64: [-0x1.fffffffffffffp1023, 0x1p-1074, 0, 0.1, .infinity, -1]
      }
    return StoredArray(shape: [2, 3], doubles: numbers, as: self)
  }
}
