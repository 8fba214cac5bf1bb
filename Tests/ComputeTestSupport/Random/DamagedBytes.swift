#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files as they arrive when something went wrong: cut short, changed, with absurd numbers.
public struct DamagedBytes: Sequence, IteratorProtocol {
  private let original: [UInt8]
  private let count: Int
  private var position = 0
  private var generator: SeededGenerator

  /// How many cases a test goes through; the environment's `TREMOR_DAMAGED_CASES` asks for more.
  public static let caseCount =
    ProcessInfo.processInfo.environment["TREMOR_DAMAGED_CASES"].flatMap { Int($0) } ?? 300

  /// Makes damaged variants of a file: every length if there are few, the others changed at random.
  public init(_ original: [UInt8], seed: UInt64, count: Int = DamagedBytes.caseCount) {
    self.original = original
    self.count = count
    generator = SeededGenerator(seed: seed)
  }

  /// The next variant, nil after the last.
  public mutating func next() -> [UInt8]? {
    guard position < count else { return nil }
    defer { position += 1 }
    // The first half of the cases cuts, at every length if that is enough of them.
    if position < count / 2 {
      let lengths = Swift.max(original.count, 1)
      let length = lengths <= count / 2 ? position % lengths : Int.random(in: 0..<lengths, using: &generator)
      return Array(original[..<length])
    }
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &generator) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    // Headers are short and decide most, so half of the changes fall into the first bytes.
    let reach = Bool.random(using: &generator) ? Swift.min(bytes.count, 128) : bytes.count
    let start = Int.random(in: 0..<reach, using: &generator)
    let length = 1 << Int.random(in: 0...6, using: &generator)
    let end = Swift.min(bytes.count, start + length)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[start] = UInt8.random(in: 0...255, using: &generator)
    case 2: for index in start..<end { bytes[index] = 0xFF }
    case 3: for index in start..<end { bytes[index] = 0 }
    case 4: bytes.removeSubrange(start..<end)
    default: bytes.insert(contentsOf: bytes[start..<end], at: start)
    }
  }
}
