internal import CKernels
public import Compute

/// The processor of this machine: runs the CPU family of kernels, compiled into this program.
///
/// It needs no library and no driver, so it is there on every machine.
public struct CPUDevice: Device {
  let pool: ThreadPool
  let instructionSet: InstructionSet
  /// What new memory is filled with.
  ///
  /// No result may depend on it; tests set it to find kernels that read what nobody
  /// wrote.
  package var initialByte: UInt8 = 0
  /// Launch parameters that were measured to suit it.
  public var tuning = Tuning.none
  /// How exactly it multiplies and adds.
  public let precision: Precision

  /// Makes a device.
  ///
  /// - Parameters:
  ///   - threads: How many threads compute; one for each processor when nil.
  ///   - instructionSet: The best this processor has when nil.
  ///   - precision: Whether matrix tiles may round more, to a relative 4e-6 of a result, where that is faster, or sums
  ///     may not round but once.
  /// - Throws: ``DeviceError`` when this processor lacks the instruction set, or threads cannot be made.
  public init(
    threads: Int? = nil, instructionSet: InstructionSet? = nil, precision: Precision = .float32
  ) throws {
    self.precision = precision
    if let wanted = instructionSet, !InstructionSet.available.contains(wanted) {
      let known = InstructionSet.available.map(\.description).joined(separator: ", ")
      throw DeviceError(.unavailable, on: "cpu", "this processor has no \(wanted); it has \(known)")
    }
    self.instructionSet = instructionSet ?? InstructionSet.best
    pool = try ThreadPool(threads: threads ?? 0)
  }

  /// "cpu".
  public var name: String { "cpu" }
  /// The CPU family.
  public var family: KernelFamily { .cpu }
  /// Every pass, but matrix tiles only where the instruction set has them.
  public var planOptions: PlanOptions {
    let options: PlanOptions = instructionSet == .amx ? .all : .all.subtracting(.matrixTiles)
    switch precision {
    case .float32: return options
    case .tensorFloat32: return options.union(.tensorFloat32)
    case .exact: return options.union(.exactSums)
    }
  }
  /// How many threads compute.
  public var threads: Int { pool.threads }

  /// The vector instructions in use, and how many threads.
  public var summary: String { "\(instructionSet), \(threads) \(threads == 1 ? "thread" : "threads")" }

  /// That the kernels were compiled without optimisation, if they were.
  public var findings: [String] {
    guard tremor_is_optimized() == 0 else { return [] }
    return [
      "the kernels were compiled without optimisation (-O0): 12 to 20 times slower; "
        + "build with '-c release' or '-Xcc -O3'"
    ]
  }

  /// Memory of the process.
  public func makeBuffer(byteCount: Int) throws -> any DeviceBuffer {
    CPUBuffer(memory: try AlignedMemory(byteCount: byteCount, initialByte: initialByte), pool: pool)
  }

  /// One for each thread: what it writes stays in the caches of its core, and no thread waits for another.
  public var lanes: Int { threads }

  /// As many samples for each lane as stay near the second cache of its core.
  public func usualTile(sampleBytes: Int) -> Int { Self.cachedTile(sampleBytes: sampleBytes, lanes: lanes) }

  /// Allocates the arenas and looks up the kernels.
  public func makeSession(_ plan: Plan, lanes: Int) throws -> any Session {
    try CPUSession(plan, lanes: lanes, on: self)
  }
}

/// The instruction sets that the CPU family is compiled for.
public enum InstructionSet: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Plain C, and 64-bit Arm's NEON through it.
  case portable
  /// 64-bit Arm.
  case neon
  /// 256-bit vectors and fused multiply-add.
  case avx2
  /// 512-bit vectors.
  case avx512
  /// 512-bit vectors, and matrix tiles of bfloat16 for convolutions, whose results differ in their last bits.
  case amx

  var code: tremor_isa {
    switch self {
    case .portable: TREMOR_ISA_PORTABLE
    case .neon: TREMOR_ISA_NEON
    case .avx2: TREMOR_ISA_AVX2
    case .avx512: TREMOR_ISA_AVX512
    case .amx: TREMOR_ISA_AMX
    }
  }

  /// Those this processor runs, slowest first.
  public static var available: [InstructionSet] { allCases.filter { tremor_has_isa($0.code) != 0 } }
  /// The fastest this processor runs.
  public static var best: InstructionSet { available.last ?? .portable }

  /// The name as it is usually written.
  public var description: String {
    switch self {
    case .portable: "portable"
    case .neon: "NEON"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    case .amx: "AVX-512 and AMX"
    }
  }
}
