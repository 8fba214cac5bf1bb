internal import ArrayFiles

extension StoredArray {
  /// Refuses numbers that no trained weight has.
  ///
  /// Infinities are taken where they mean something: as a bound, which is one element, and in a mask, which holds
  /// nothing else but zeros.
  ///
  /// - Throws: ``ImportError`` with the first place.
  func checkFinite() throws {
    guard element.isFloating, let layout = FloatLayout(element) else { return }
    var infinity: Int?
    var holdsNumbers = false
    for index in 0..<count {
      let bits = layout.bits(bytes, index)
      if bits & layout.exponent == layout.exponent {
        if bits & layout.fraction != 0 {
          throw ImportError("element \(place(of: index)) is not a number")
        }
        infinity = infinity ?? index
      } else if bits & (layout.exponent | layout.fraction) != 0 {
        holdsNumbers = true
      }
    }
    if let infinity, holdsNumbers { throw ImportError("element \(place(of: infinity)) is infinite") }
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
