internal import CKernels
public import Compute

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

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
  /// What plans for it keep within: nothing, as scratch is memory of the process, unless another device is simulated.
  public let limits: DeviceLimits

  /// Makes a device.
  ///
  /// - Parameters:
  ///   - threads: How many threads compute; one for each processor when nil.
  ///   - instructionSet: The best this processor has when nil.
  ///   - precision: Whether matrix tiles may round more, to a relative 4e-6 of a result, where that is faster, or sums
  ///     may not round but once.
  ///   - limits: What plans keep within; what `TREMOR_LOCAL_MEMORY` simulates, or nothing, when nil.
  /// - Throws: ``DeviceError`` when this processor lacks the instruction set, threads cannot be made, or a variable of
  ///   the environment has a value without meaning.
  public init(
    threads: Int? = nil, instructionSet: InstructionSet? = nil, precision: Precision = .float32,
    limits: DeviceLimits? = nil
  ) throws {
    self.precision = precision
    self.limits =
      try limits ?? DeviceLimits.none.simulating(CPUDevice.variable("TREMOR_LOCAL_MEMORY"), on: "cpu")
    try CPUDevice.checkInstructionSet()
    if let wanted = instructionSet, !InstructionSet.available.contains(wanted) {
      let known = InstructionSet.available.map(\.description).joined(separator: ", ")
      throw DeviceError(.unavailable, on: "cpu", "this processor has no \(wanted); it has \(known)")
    }
    self.instructionSet = instructionSet ?? InstructionSet.best
    pool = try ThreadPool(threads: threads ?? 0)
  }

  /// The value of a variable of the environment, if it has one.
  private static func variable(_ name: String) -> String? {
    // SAFETY: the text is copied before anybody can change it; this program changes no variables.
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Checks that `TREMOR_INSTRUCTION_SET`, which bounds ``InstructionSet/available``, names one of this processor's.
  private static func checkInstructionSet() throws(DeviceError) {
    guard let name = variable("TREMOR_INSTRUCTION_SET") else { return }
    let isKnown = tremor_is_isa_name(name) != 0
    if isKnown, let set = InstructionSet(rawValue: name), InstructionSet.available.contains(set) { return }
    let names = InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")
    throw DeviceError(
      isKnown ? .unavailable : .misuse, on: "cpu",
      isKnown
        ? "TREMOR_INSTRUCTION_SET is '\(name)', which this processor does not have"
        : "TREMOR_INSTRUCTION_SET is '\(name)'; it takes one of \(names)")
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
