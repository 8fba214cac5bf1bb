/// Which passes a plan is made with; results agree with any choice, only speed and memory differ.
public struct PlanOptions: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: Int

  /// Makes a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Algebraic identities, constants folded, equal nodes joined.
  public static let simplification = PlanOptions(rawValue: 1 << 0)
  /// Per-channel factors around convolutions multiplied into their weights.
  public static let batchNormFolding = PlanOptions(rawValue: 1 << 1)
  /// Element-wise chains as one kernel.
  public static let mapFusion = PlanOptions(rawValue: 1 << 2)
  /// Bias, residual, activation and mask in the kernel of the convolution or product before them.
  public static let epilogueFusion = PlanOptions(rawValue: 1 << 3)
  /// Truth values between kernels as single bits.
  public static let bitMasks = PlanOptions(rawValue: 1 << 4)
  /// Images between convolutions in the layout their kernels prefer.
  public static let layoutChoice = PlanOptions(rawValue: 1 << 5)
  /// Memory of values that are no longer needed used again.
  public static let memoryReuse = PlanOptions(rawValue: 1 << 6)
  /// What depends on parameters alone computed once for each set of weights.
  public static let setupHoisting = PlanOptions(rawValue: 1 << 7)
  /// In the GPU family: convolutions of 3 by 3 taps by minimal filtering, which multiplies less.
  public static let fastConvolution = PlanOptions(rawValue: 1 << 8)
  /// In the CPU family: convolutions of float32 as products of bfloat16 parts on matrix tiles.
  public static let matrixTiles = PlanOptions(rawValue: 1 << 9)
  /// In the GPU family: products on tensor cores, for the layers for which a device has chosen them.
  public static let tensorCores = PlanOptions(rawValue: 1 << 10)

  /// In the CPU family: chains of slices and paddings of images as one kernel.
  public static let selectionFusion = PlanOptions(rawValue: 1 << 11)

  /// Sums, products and convolutions as if they were computed with twice the bits and rounded once.
  ///
  /// Not one of ``all``: it changes results. Passes that round elsewhere are left out of a plan that has it.
  package static let exactSums = PlanOptions(rawValue: 1 << 14)

  /// The passes that compute products in another order or of other numbers than the graph says.
  private static let rounding: PlanOptions = [
    .batchNormFolding, .epilogueFusion, .fastConvolution, .matrixTiles, .tensorCores, .selectionFusion,
  ]

  /// These passes without those that contradict another one.
  var consistent: PlanOptions { contains(.exactSums) ? subtracting(Self.rounding) : self }

  /// In the CPU family: launches are not cut into more work-items than one thread needs.
  ///
  /// Not one of ``all``: it is chosen for plans that run in several lanes.
  static let singleThread = PlanOptions(rawValue: 1 << 16)

  /// Every pass.
  public static let all = PlanOptions(rawValue: (1 << 12) - 1)
  /// Every pass by name, for reports and for switching them off one at a time.
  public static let named: [(name: String, option: PlanOptions)] = [
    ("simplification", .simplification), ("batch-norm folding", .batchNormFolding),
    ("map fusion", .mapFusion),
    ("epilogue fusion", .epilogueFusion), ("bit masks", .bitMasks), ("layout choice", .layoutChoice),
    ("memory reuse", .memoryReuse), ("setup hoisting", .setupHoisting),
    ("fast convolution", .fastConvolution), ("matrix tiles", .matrixTiles),
    ("tensor cores", .tensorCores), ("selection fusion", .selectionFusion),
  ]
}
