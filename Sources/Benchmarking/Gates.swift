internal import Foundation

/// Counts that must not grow unnoticed: launches, bytes, round trips.
///
/// Times depend on the machine and only inform; these are the same on every machine, so each has an expected value in a
/// file, and a larger one is a failure until somebody accepts it on purpose.
public struct Gates: Hashable, Sendable, Codable {
  /// The largest value that each count may have, by name.
  public private(set) var expected: [String: Int]

  /// Makes gates.
  public init(expected: [String: Int]) { self.expected = expected }

  /// A count that is not as expected.
  public enum Finding: Hashable, Sendable {
    /// The count grew.
    case exceeded(name: String, expected: Int, found: Int)
    /// The count has no expected value yet.
    case unknown(name: String, found: Int)
    /// The count shrank: good, and worth accepting so that it stays so.
    case improved(name: String, expected: Int, found: Int)

    /// Whether it fails the run.
    public var isFailure: Bool {
      if case .improved = self { false } else { true }
    }
  }

  /// Compares counts with the expected values, in the order of their names.
  public func check(_ found: [String: Int]) -> [Finding] {
    found.sorted { $0.key < $1.key }.compactMap { name, value in
      guard let limit = expected[name] else { return .unknown(name: name, found: value) }
      if value > limit { return .exceeded(name: name, expected: limit, found: value) }
      return value < limit ? .improved(name: name, expected: limit, found: value) : nil
    }
  }

  /// Takes these counts as the expected values of their names; names that were not counted stay.
  public mutating func accept(_ found: [String: Int]) { expected.merge(found) { _, new in new } }

  /// Reads a file; one that is not there has no expected values.
  ///
  /// - Throws: ``BenchmarkError`` where the file is no file of gates.
  public init(contentsOf path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      expected = [:]
      return
    }
    do {
      self = try JSONDecoder().decode(Gates.self, from: Data(contentsOf: URL(filePath: path)))
    } catch {
      throw BenchmarkError("\(path) is no file of gates (\(error)); restore it, or accept gates anew")
    }
  }

  /// Writes a file, sorted by name.
  public func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(filePath: path), options: .atomic)
  }
}

extension Gates.Finding: CustomStringConvertible {
  /// The gate, what was expected and what was found, and what to do about it.
  public var description: String {
    let acceptance = "run `benchmarks run --accept-gates` and commit gates.json"
    return switch self {
    case .exceeded(let name, let expected, let found):
      "gate '\(name)': at most \(expected) expected, \(found) found; if that is meant, \(acceptance)"
    case .unknown(let name, let found):
      "gate '\(name)': \(found) found, and no value is expected yet; to expect it, \(acceptance)"
    case .improved(let name, let expected, let found):
      "gate '\(name)': \(expected) expected, only \(found) found; to keep it so, \(acceptance)"
    }
  }
}

/// What is wrong with a benchmark's input, and what to do about it.
public struct BenchmarkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened, where, and what to do.
  public let description: String

  /// Makes an error.
  public init(_ description: String) { self.description = description }
}
