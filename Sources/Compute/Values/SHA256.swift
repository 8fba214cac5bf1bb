/// The hash function SHA-256 of FIPS 180-4, for names and checks of cached files, and to say which data a result is about.
package struct SHA256 {
  private var state = SHA256.initialState
  /// What does not fill a block yet.
  private var rest: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// The hash of nothing, to which bytes are added.
  package init() {}

  /// Adds bytes behind those before.
  package mutating func update(_ bytes: [UInt8]) {
    byteCount += UInt64(bytes.count)
    var first = 0
    if !rest.isEmpty {
      first = min(64 - rest.count, bytes.count)
      rest += bytes[..<first]
      guard rest.count == 64 else { return }
      SHA256.absorb(rest, 0, to: 64, &state)
    }
    let whole = first + (bytes.count - first) / 64 * 64
    SHA256.absorb(bytes, first, to: whole, &state)
    rest = Array(bytes[whole...])
  }

  /// The digest of all bytes: 32 bytes.
  package func digest() -> [UInt8] {
    let tail = SHA256.padded(rest, bitCount: byteCount * 8)
    var end = state
    SHA256.absorb(tail, 0, to: tail.count, &end)
    return (0..<32).map { UInt8(truncatingIfNeeded: end[$0 / 4] >> UInt32(24 - $0 % 4 * 8)) }
  }

  /// The digest as 64 hexadecimal digits.
  package func hexadecimal() -> String {
    let digits = Array("0123456789abcdef")
    return String(digest().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// The digest of bytes: 32 bytes.
  package static func digest(of message: [UInt8]) -> [UInt8] { hash(message).digest() }

  /// The digest of the UTF-8 bytes of a text, as 64 hexadecimal digits.
  package static func hexadecimal(of text: String) -> String { hexadecimal(of: Array(text.utf8)) }

  /// The digest of bytes, as 64 hexadecimal digits.
  package static func hexadecimal(of bytes: [UInt8]) -> String { hash(bytes).hexadecimal() }

  private static func hash(_ message: [UInt8]) -> SHA256 {
    var hash = SHA256()
    hash.update(message)
    return hash
  }

  private static func padded(_ tail: [UInt8], bitCount: UInt64) -> [UInt8] {
    let zeros = (119 - tail.count) % 64
    let length = (0..<8).map { UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * $0)) }
    return tail + [0x80] + [UInt8](repeating: 0, count: zeros) + length
  }

  /// Works whole blocks of 64 bytes, from `first` to `end`, into a state.
  private static func absorb(
    _ bytes: [UInt8], _ first: Int, to end: Int, _ state: inout SIMD8<UInt32>
  ) {
    guard first < end else { return }
    // SAFETY: no place beyond the arrays is read: `end` is at most the count, and whole blocks lie before it; a schedule
    // has 64 words, as the constants have.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe constants.withUnsafeBufferPointer { constants in
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
          for start in stride(from: first, to: end, by: 64) {
            for word in 0..<16 {
              let place = start + 4 * word
              unsafe schedule[word] =
                UInt32(bytes[place]) << 24 | UInt32(bytes[place + 1]) << 16 | UInt32(bytes[place + 2]) << 8
                | UInt32(bytes[place + 3])
            }
            for word in 16..<64 {
              let (early, late) = unsafe (schedule[word - 15], schedule[word - 2])
              let sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ early &>> 3
              let sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ late &>> 10
              unsafe schedule[word] = schedule[word - 16] &+ sigma0 &+ schedule[word - 7] &+ sigma1
            }
            unsafe mix(schedule, constants, &state)
          }
        }
      }
    }
  }

  @inline(__always)
  @unsafe private static func mix(
    _ schedule: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>,
    _ state: inout SIMD8<UInt32>
  ) {
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for round in 0..<64 {
      let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let first = unsafe h &+ sum1 &+ (e & f ^ ~e & g) &+ constants[round] &+ schedule[round]
      let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let second = sum0 &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    state &+= SIMD8(a, b, c, d, e, f, g, h)
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word &>> count | word &<< (32 - count)
  }

  private static let initialState = SIMD8<UInt32>(
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)

  private static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
