import CPUBackend
import Compute
import ComputeTestSupport
import Foundation
import Testing

/// Derivatives of networks that nobody wrote: rows of Jacobians against gradients, batches of cotangents against single
/// ones, passes on and off, the interpreter.
@Suite struct RandomNetworkTests {
  /// How many networks are drawn: the environment variable `TREMOR_RANDOM_NETWORKS`, or as many as take seconds.
  static let count =
    ProcessInfo.processInfo.environment["TREMOR_RANDOM_NETWORKS"].flatMap { UInt64($0) } ?? 300
  /// The first seed: the environment variable `TREMOR_RANDOM_SEED`.
  static let first = ProcessInfo.processInfo.environment["TREMOR_RANDOM_SEED"].flatMap { UInt64($0) } ?? 0
  static let parts: [UInt64] = [0, 1, 2, 3]
  /// How many networks of a part may be decided by rounding: 4 of 20,000 were, through standardisations of constant values.
  static let mostUndecided = 1 + Int(count) / 2000

  private func networks(_ part: UInt64) throws -> [RandomNetwork] {
    try stride(from: Self.first + part, to: Self.first + Self.count, by: Self.parts.count).map {
      try RandomNetwork(seed: $0)
    }
  }

  /// With every instruction set in turn.
  @Test(arguments: parts) func rowsOfJacobiansAreGradients(_ part: UInt64) async throws {
    let devices = try InstructionSet.available.map { try CPUDevice(threads: 2, instructionSet: $0) }
    var undecided = 0
    for network in try networks(part) {
      if try await !checkRows(network, on: devices[Int(network.seed / 4) % devices.count]) { undecided += 1 }
    }
    #expect(undecided <= Self.mostUndecided)
  }

  /// One pass is left out at a time, and all of them.
  @Test(arguments: parts) func passesChangeNothing(_ part: UInt64) async throws {
    let device = try CPUDevice(threads: 2)
    let choices = [PlanOptions.all, []] + PlanOptions.named.map { PlanOptions.all.subtracting($0.option) }
    var undecided = 0
    for network in try networks(part) {
      let options = choices[Int(network.seed / 4) % choices.count]
      if try await !checkValues(network, on: device, options: options, against: device) { undecided += 1 }
    }
    #expect(undecided <= Self.mostUndecided)
  }

  /// The interpreter is slow, so every fifth network is asked, and smaller ones.
  @Test(arguments: parts) func agreesWithTheInterpreter(_ part: UInt64) async throws {
    let devices = try InstructionSet.available.map { try CPUDevice(threads: 2, instructionSet: $0) }
    for seed in stride(from: Self.first + part, to: Self.first + Self.count, by: 20) {
      let network = try RandomNetwork(seed: seed, length: 5, limits: NetworkLimits(elements: 1600))
      try await checkValues(network, on: devices[Int(seed / 20) % devices.count])
    }
  }
}

/// The table of pairs: every move after every other, in a batch of cotangents.
@Suite struct MovePairTests {
  /// Pairs that cannot be joined, and why; empty since every move leaves images that every other takes.
  static let impossible: [String: String] = [:]

  /// Every pair is joined in some network, and rows of Jacobians are right there.
  @Test(.timeLimit(.minutes(10))) func everyPairOfOperationsIsTried() async throws {
    let device = try CPUDevice()
    var missing = MovePair.all
    var seed: UInt64 = 1_000_000
    while !missing.isEmpty, seed < 1_004_000 {
      let network = try RandomNetwork(
        seed: seed, length: 12, wishing: missing, limits: NetworkLimits(elements: 3200))
      seed += 1
      guard !network.pairs.isDisjoint(with: missing) else { continue }
      try await checkRows(network, on: device)
      missing.subtract(network.pairs)
    }
    let names = Set(missing.map(\.description))
    #expect(
      names == Set(Self.impossible.keys), "never tried: \(names.subtracting(Self.impossible.keys).sorted())")
  }
}
