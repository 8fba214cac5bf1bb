import ArgumentParser
import Benchmarking

/// Compares two reports and fails where something became slower.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two reports; exit with 1 where a case became slower for sure.",
    discussion:
      "A case counts as slower when the whole 99 % interval of the ratio of its times lies above the threshold."
  )

  @Argument(help: "The JSON file to compare with.")
  var old: String

  @Argument(help: "The JSON file to compare.")
  var new: String

  @Option(help: "By how much a case may become slower, as in 5% or 0.05.")
  var threshold = Percentage(share: 0.05)

  @Flag(help: "Compare reports of different machines or devices too.")
  var anyway = false

  func run() throws {
    let (earlier, later) = try (BenchmarkReport(contentsOf: old), BenchmarkReport(contentsOf: new))
    if let obstacle = ReportComparison.obstacle(earlier, later), !anyway {
      throw BenchmarkError("\(obstacle); measure both on one, or say --anyway")
    }
    let comparison = ReportComparison(earlier, later, threshold: threshold.share)
    print(comparison)
    if !comparison.slower.isEmpty { throw ExitCode(1) }
  }
}

/// A share, written as 5% or 0.05.
struct Percentage: ExpressibleByArgument {
  /// 0 or more.
  let share: Double

  init(share: Double) { self.share = share }

  init?(argument: String) {
    let isPercent = argument.hasSuffix("%")
    guard let number = Double(isPercent ? String(argument.dropLast()) : argument), number >= 0,
      number.isFinite
    else { return nil }
    share = isPercent ? number / 100 : number
  }

  var defaultValueDescription: String { "\(share * 100)%" }
}
