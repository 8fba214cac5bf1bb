import ArgumentParser
import Networks

/// Which samples are computed, and how many at a time.
struct SampleOptions: ParsableArguments {
  @Option(
    name: [.customLong("batch"), .customLong("batch-size")], parsing: .unconditional,
    help: ArgumentHelp(
      "Samples at a time: a number or auto, which is what suits the device, and fewer where memory is short. "
        + "Results do not depend on it.",
      valueName: "N|auto"))
  var batch: BatchSize = .automatic

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only the first N samples, or the first N of those that were chosen; all by default.", valueName: "N"))
  var limit: Int?

  @OptionGroup var output: ModelOutputOption
  @OptionGroup var data: DataOptions
  @OptionGroup var random: SeedOption

  func validate() throws {
    try requireCount(limit, in: 1...Int(Int32.max), "--limit")
    try requireCount(batch.count, in: 1...BatchSize.largest, "--batch")
  }
}

/// How many samples are computed at a time.
enum BatchSize: ExpressibleByArgument {
  /// As many as suit the device and its memory.
  case automatic
  /// This many, fewer where memory is short.
  case fixed(Int)

  /// More never make anything faster.
  static let largest = 1 << 16

  init?(argument: String) {
    if argument == "auto" {
      self = .automatic
    } else if let count = Int(argument) {
      self = .fixed(count)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { description }

  /// The number that was asked for, or nil.
  var count: Int? { if case .fixed(let count) = self { count } else { nil } }
}

extension BatchSize: CustomStringConvertible {
  var description: String { count.map { "\($0)" } ?? "auto" }
}
