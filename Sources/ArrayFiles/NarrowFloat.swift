/// A floating-point format of 16 bits, read and written through wider ones.
///
/// Decoding is exact; encoding rounds to the nearest, ties to even, once.
struct NarrowFloat {
  /// Bits of the significand behind the point.
  let fractionBits: UInt64
  /// What is added to an exponent to store it.
  let bias: UInt64

  /// IEEE 754 half precision.
  static let float16 = NarrowFloat(fractionBits: 10, bias: 15)
  /// The upper half of single precision.
  static let bfloat16 = NarrowFloat(fractionBits: 7, bias: 127)

  /// The bits of the number nearest to `value`.
  @inline(__always)
  func encoded(_ value: Double) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 48) & 0x8000
    let magnitude = value.bitPattern & ~(1 << 63)
    let infinity: UInt64 = ((1 << (15 - fractionBits)) - 1) << fractionBits
    if magnitude > Double.infinity.bitPattern {
      // A quiet NaN keeps the upper bits of its payload.
      let payload = (magnitude >> (52 - fractionBits)) & ((1 << fractionBits) - 1)
      return sign | UInt16(truncatingIfNeeded: infinity | 1 << (fractionBits - 1) | payload)
    }
    if magnitude < (1024 - bias) << 52 {
      // Subnormal: a whole multiple of the smallest number. A carry makes the smallest normal one.
      let unit = Double(bitPattern: (1022 + bias + fractionBits) << 52)
      let multiple = (Double(bitPattern: magnitude) * unit).rounded(.toNearestOrEven)
      return sign | UInt16(multiple)
    }
    let dropped = 52 - fractionBits
    let half: UInt64 = 1 << (dropped - 1)
    let odd = (magnitude >> dropped) & 1
    let rounded = ((magnitude + half - 1 + odd) >> dropped) - ((1023 - bias) << fractionBits)
    return sign | UInt16(truncatingIfNeeded: min(rounded, infinity))
  }

  /// The number that these bits of half precision mean.
  @inline(__always)
  static func decodedFloat16(_ bits: UInt16) -> Float {
    let magnitude = UInt32(bits & 0x7fff) << 13
    let sign = UInt32(bits & 0x8000) << 16
    // The exponent is moved by a multiplication, which is exact and takes care of subnormal numbers.
    let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    let special = magnitude | 0x7f80_0000
    return Float(bitPattern: sign | (magnitude >= 0x0f80_0000 ? special : scaled))
  }

  /// The number that these bits of bfloat16 mean.
  @inline(__always)
  static func decodedBFloat16(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
