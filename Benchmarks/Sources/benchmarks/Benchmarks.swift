import ArgumentParser

/// Measures Tremor, and compares measurements.
@main struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Measure Tremor, and compare measurements.",
    subcommands: [RunCommand.self, CompareCommand.self])
}
