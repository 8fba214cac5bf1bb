internal import CKernels

/// What this processor can do at most, measured: what kernels of the CPU family are compared with.
///
/// Every figure is the best of several medians of short runs, taken in turn, so that a neighbour who is busy for a
/// moment lowers none of them.
public struct MachinePeaks: Hashable, Sendable, Codable {
  /// The fused multiply-adds of one instruction set.
  public struct Arithmetic: Hashable, Sendable, Codable {
    /// Its name, as `CPUBackend.InstructionSet` writes it.
    public let instructionSet: String
    /// Floating-point operations a second on all threads, two for a multiply-add.
    public let operationsPerSecond: Double
  }

  /// How many threads worked.
  public let threads: Int
  /// Every instruction set of the kernels that this processor has, slowest first.
  public let arithmetic: [Arithmetic]
  /// Bytes a second of `a = b + s · c` over arrays that no cache holds, three numbers counted for each element.
  public let triadBytesPerSecond: Double
  /// Bytes a second of `a = b` over the same arrays, two numbers counted for each element.
  public let copyBytesPerSecond: Double
  /// Bytes a second of reading blocks of 256 KiB again and again, one for each thread.
  public let cacheBytesPerSecond: Double

  /// Floating-point operations a second of the fastest instruction set.
  public var operationsPerSecond: Double { arithmetic.map(\.operationsPerSecond).max() ?? 0 }
  /// Bytes a second of the better of triad and copy.
  public var bytesPerSecond: Double { max(triadBytesPerSecond, copyBytesPerSecond) }

  /// Measures, in less than a second on an idle machine.
  ///
  /// - Parameter threads: How many threads work; one for each processor when nil.
  /// - Throws: `DeviceError` when memory is short.
  public static func measured(threads: Int? = nil) throws -> MachinePeaks {
    let runner = try PeakRunner(threads: threads)
    let sets = InstructionSetName.all.filter { tremor_has_isa($0.code) != 0 }
    guard let best = sets.last?.code else { preconditionFailure("every processor has the portable set") }
    let memory = PeakProbe.streams(best, runner) + [.cache(best, runner)]
    let rates = PeakProbe.rates(of: memory + sets.map { .multiplyAdd($0.code, runner) }, runner)
    return MachinePeaks(
      threads: runner.threads,
      arithmetic: zip(sets, rates[memory.count...]).map {
        Arithmetic(instructionSet: $0.name, operationsPerSecond: $1)
      },
      triadBytesPerSecond: rates[0], copyBytesPerSecond: rates[1], cacheBytesPerSecond: rates[2])
  }
}

/// The instruction sets whose arithmetic is measured, and what reports call them.
private struct InstructionSetName {
  let code: tremor_isa
  let name: String

  static let all = [
    InstructionSetName(code: TREMOR_ISA_PORTABLE, name: "portable"),
    InstructionSetName(code: TREMOR_ISA_NEON, name: "NEON"),
    InstructionSetName(code: TREMOR_ISA_AVX2, name: "AVX2"),
    InstructionSetName(code: TREMOR_ISA_AVX512, name: "AVX-512"),
  ]
}
