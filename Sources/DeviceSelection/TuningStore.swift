public import Compute
internal import OpenCLBackend

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Where the launch parameters that were measured for a device are kept between runs.
public struct TuningStore: Sendable {
  private let files: FileCache?
  private let isRead: Bool
  private static let name = "tuning.json"

  /// The store of one device; `TREMOR_TUNING=off` has nothing read from it.
  ///
  /// - Parameter identity: What tells the device apart from others: its maker's name, its driver, its threads.
  init(_ identity: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
    // A digest of all of it: names that differ in one character are different devices.
    let section = SHA256.hexadecimal(of: identity)
    let folder = CacheLocation(environment: environment).folder
    files = folder.map { FileCache(root: $0 + "/v1", section: "tuning-" + section) }
    isRead = environment["TREMOR_TUNING"] != "off"
  }

  /// What was measured before; none where nothing was, or the file is damaged.
  public var tuning: Tuning {
    guard isRead else { return .none }
    return kept
  }

  private var kept: Tuning {
    guard let content = files?.content(of: TuningStore.name) else { return .none }
    return (try? JSONDecoder().decode(Tuning.self, from: Data(content))) ?? .none
  }

  /// Whether anything can be kept: not where `TREMOR_CACHE` is `off`.
  public var keepsAnything: Bool { files != nil }

  /// Keeps choices beside those for other layers, in place of older ones for the same.
  ///
  /// - Throws: What keeps the file from being written.
  public func add(_ tuning: Tuning) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try files?.store(Array(try encoder.encode(kept.merging(tuning))), as: TuningStore.name)
  }
}
