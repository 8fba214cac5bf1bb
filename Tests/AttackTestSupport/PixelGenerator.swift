/// Pixels that are the same at every run (SplitMix64).
struct PixelGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Numbers drawn evenly from a range.
  mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  /// Pixels of 0...1 of every magnitude, both ends and stored bytes among them.
  mutating func pixels(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      switch next() % 5 {
      case 0: Float(next() % 256) / 255
      case 1: [0, 1, .leastNormalMagnitude, Float(1).nextDown][Int(next() % 4)]
      case 2: Float.random(in: 0...1, using: &self) * 0x1p-10
      default: Float.random(in: 0...1, using: &self)
      }
    }
  }
}
