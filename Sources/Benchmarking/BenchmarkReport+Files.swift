internal import Foundation

extension BenchmarkReport {
  /// Reads a report.
  ///
  /// - Throws: ``BenchmarkError`` where the file cannot be read, is no report of this version, or holds times that
  ///   are no times.
  public init(contentsOf path: String) throws {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw BenchmarkError("\(path) cannot be read; name a JSON file that `benchmarks run --json` wrote")
    }
    self = try BenchmarkReport(json: data, from: path)
  }

  /// Decodes a report.
  init(json data: Data, from path: String) throws {
    struct Version: Decodable { let schema: Int }
    do {
      let schema = try JSONDecoder().decode(Version.self, from: data).schema
      guard schema == Self.currentSchema else {
        throw BenchmarkError(
          "\(path) has form \(schema), not \(Self.currentSchema); measure again with this version")
      }
      self = try JSONDecoder().decode(BenchmarkReport.self, from: data)
    } catch let error as DecodingError {
      throw BenchmarkError("\(path) is no report of benchmarks: \(error)")
    }
    try check(path)
  }

  private func check(_ path: String) throws {
    var names: Set<String> = []
    for timed in cases {
      guard names.insert(timed.name).inserted else {
        throw BenchmarkError("\(path) has two cases '\(timed.name)'; measure again")
      }
      guard !timed.seconds.isEmpty, timed.seconds.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw BenchmarkError("\(path): the times of '\(timed.name)' are not all positive; measure again")
      }
    }
  }

  /// The report as JSON, sorted by name, so that two files can be compared by eye.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
