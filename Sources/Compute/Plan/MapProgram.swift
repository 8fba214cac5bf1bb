/// A fused element-wise computation, encoded as `Kernels/include/program.h` describes.
public struct MapProgram: Hashable, Sendable {
  /// An operand: the element code, which source buffer, the offset and a stride for each extent.
  public struct Operand: Hashable, Sendable {
    /// How it is stored.
    public let element: StoredElement
    /// The index of its buffer among the sources; 0 for positions.
    public let source: Int
    /// The position of the first element.
    public let offset: Int
    /// The distance between neighbours along each extent.
    public let strides: [Int]
  }

  /// A result: like an operand, with the register it takes.
  public struct Result: Hashable, Sendable {
    /// How it is stored.
    public let element: StoredElement
    /// The index of its buffer among the destinations.
    public let destination: Int
    /// The register stored.
    public let register: Int
    /// The position of the first element.
    public let offset: Int
    /// The distance between neighbours along each extent; 0 along folded ones.
    public let strides: [Int]
  }

  /// One instruction.
  public struct Instruction: Hashable, Sendable {
    /// What is done.
    public let opcode: Opcode
    /// The register written.
    public let destination: Int
    /// Registers read, or the bits of a constant.
    public let operands: [Int32]
  }

  /// The extents of the iteration, outermost first.
  public let extents: [Int]
  /// What is loaded, into registers 0, 1, ...
  public let operands: [Operand]
  /// What is stored.
  public let results: [Result]
  /// What is computed.
  public let instructions: [Instruction]
  /// For reductions: how many leading extents are kept, the code of the fold, and how lanes are read.
  public let fold: (kept: Int, code: Int32, element: StoredElement)?

  /// The number of elements iterated over.
  public var count: Int { extents.reduce(1, *) }

  /// Limits of the kernels that run programs.
  enum Limit {
    static let segment = 4096
    static let rank = 8
    static let registers = 16
    static let sources = 8
    static let results = 4
    static let chunk = 4096
    static let block = 256
    static let scratchWords = registers * block + 16
    static let scratchBytes = scratchWords * 4
    /// Folds along rows, and of partial results: less than ``DeviceLimits/leastScratch``.
    static let rowScratchBytes = (scratchWords + 2 * block) * 4
    /// Folds along columns, whose partial results are blocks.
    static let columnScratchBytes = rowScratchBytes + 16 * block * 4
  }

  /// The program as 32-bit words.
  public var words: [Int32] {
    var words: [Int32] = [
      Int32(extents.count), Int32(operands.count), Int32(results.count), Int32(instructions.count),
      Int32(count),
      Int32(fold?.kept ?? extents.count), fold?.code ?? 0, fold?.element.rawValue ?? 0,
    ]
    words += extents.map(Int32.init)
    for operand in operands {
      words +=
        [operand.element.rawValue, Int32(operand.source), Int32(operand.offset)]
        + operand.strides.map(Int32.init)
    }
    for result in results {
      words += [
        result.element.rawValue, Int32(result.destination), Int32(result.register), Int32(result.offset),
      ]
      words += result.strides.map(Int32.init)
    }
    for instruction in instructions {
      let padded = instruction.operands + [0, 0, 0]
      words += [instruction.opcode.rawValue, Int32(instruction.destination)] + padded[..<3]
    }
    return words
  }

  /// Whether both encode the same program.
  public static func == (a: MapProgram, b: MapProgram) -> Bool { a.words == b.words }
  /// Feeds the encoding to `hasher`.
  public func hash(into hasher: inout Hasher) { hasher.combine(words) }
}
