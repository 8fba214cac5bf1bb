import Foundation

/// Random numbers of the host, a function of seed and name: SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", 2014).
///
/// Integers are the same on every machine; normal numbers are as far as its mathematics library rounds alike.
package struct HostGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Makes the generator of what `name` stands for.
  package init(seed: UInt64, name: String = "") {
    // The hash of Fowler, Noll and Vo (FNV-1a), then one step of the generator so that close seeds drift apart.
    state = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    state = next() ^ seed
    state = next()
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A multiple of 2^-53 drawn evenly from 0..<1.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number of the normal distribution of mean 0, drawn again until it lies within the bound.
  mutating func normal(_ deviation: Double, within bound: Double) -> Float {
    guard deviation > 0 else { return 0 }
    var value = deviation * normal()
    // A bound far inside one deviation would take ever more draws; there the distribution is as good as even.
    if bound < deviation / 64 { return Float(bound * (2 * unit() - 1)) }
    while abs(value) > bound { value = deviation * normal() }
    return Float(value)
  }

  /// A number of the normal distribution of mean 0 and variance 1 (Box and Muller, 1958).
  private mutating func normal() -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }

  /// The numbers 0..<count in random order (Fisher and Yates).
  package mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(next() % UInt64(last + 1)))
    }
    return order
  }
}
