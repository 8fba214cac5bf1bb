internal import ArrayFiles

extension StoredArray {
  /// Refuses what is not a number, and infinities where nothing needs them.
  ///
  /// - Parameter allowingInfinity: Whether they mean something, as in a bound or a mask.
  /// - Throws: ``ImportError`` with the first place.
  func checkFinite(allowingInfinity: Bool) throws {
    guard element.isFloating, let layout = FloatLayout(element) else { return }
    for index in 0..<count {
      let bits = layout.bits(bytes, index)
      guard bits & layout.exponent == layout.exponent else { continue }
      if bits & layout.fraction != 0 { throw ImportError("element \(place(of: index)) is not a number") }
      if !allowingInfinity { throw ImportError("element \(place(of: index)) is infinite") }
    }
  }

  /// The coordinates of an element.
  private func place(of index: Int) -> [Int] {
    var rest = index
    let coordinates = shape.reversed().map { extent -> Int in
      defer { rest /= extent }
      return rest % extent
    }
    return coordinates.reversed()
  }
}

/// Where a floating-point number keeps its parts.
private struct FloatLayout {
  let size: Int
  let exponent: UInt64
  let fraction: UInt64

  init?(_ element: ArrayElement) {
    switch element {
    case .float16: self.init(2, 0x7C00, 0x03FF)
    case .bfloat16: self.init(2, 0x7F80, 0x007F)
    case .float32: self.init(4, 0x7F80_0000, 0x007F_FFFF)
    case .float64: self.init(8, 0x7FF0_0000_0000_0000, 0x000F_FFFF_FFFF_FFFF)
    default: return nil
    }
  }

  private init(_ size: Int, _ exponent: UInt64, _ fraction: UInt64) {
    (self.size, self.exponent, self.fraction) = (size, exponent, fraction)
  }

  /// The bits of element `index` of little-endian bytes.
  func bits(_ bytes: [UInt8], _ index: Int) -> UInt64 {
    var bits: UInt64 = 0
    for byte in 0..<size { bits |= UInt64(bytes[index * size + byte]) << (byte * 8) }
    return bits
  }
}
