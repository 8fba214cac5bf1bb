/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3", SC 2011): the same bits on the host and on every device.
public enum Philox {
  /// The four words for one counter and key.
  public static func block(
    counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let a = UInt32(0xD251_1F53).multipliedFullWidth(by: c.0)
      let b = UInt32(0xCD9E_8D57).multipliedFullWidth(by: c.2)
      c = (b.high ^ c.1 ^ k.0, b.low, a.high ^ c.3 ^ k.1, a.low)
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
  }

  /// Word `x[0] & 3` of the block with counter `(x[0] >> 2, x[1], x[2], x[3])` and key `(x[4], x[5])`.
  static func word(_ x: [UInt32]) -> Int32 {
    let words = block(counter: (x[0] >> 2, x[1], x[2], x[3]), key: (x[4], x[5]))
    let chosen = [words.0, words.1, words.2, words.3][Int(x[0] & 3)]
    return Int32(bitPattern: chosen)
  }
}
