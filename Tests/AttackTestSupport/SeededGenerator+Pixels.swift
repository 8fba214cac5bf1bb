public import ComputeTestSupport

extension SeededGenerator {
  /// Numbers drawn evenly from a range.
  public mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  /// Pixels of 0...1 of every magnitude, both ends and stored bytes among them.
  public mutating func pixels(_ count: Int) -> [Float] {
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
