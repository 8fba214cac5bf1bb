/// Kernels of the CPU family that are compiled together.
///
/// A runtime takes seconds to read the whole family, so a plan compiles the parts it needs.
struct KernelPart: Hashable, Sendable {
  /// The texts, in order.
  let texts: [String]
  /// The kernels they define that are launched from here.
  let kernels: [String]

  private init(_ kernels: [String], _ texts: [String], below base: [String]) {
    self.kernels = kernels
    self.texts = base + texts
  }

  /// The part that defines a kernel, or nil for the whole family.
  static func defining(_ kernel: String) -> KernelPart? { byKernel[kernel] }

  private static let byKernel = Dictionary(
    all.flatMap { part in part.kernels.map { ($0, part) } }
  ) { first, _ in first }

  /// Every part.
  static let all = general + convolutions + adjoints

  private static let base = ["prelude.cl", "../common/math.cl", "lanes.cl"]
  private static let images = base + ["convolution.cl"]
  private static let filtering = images + ["minimal_filtering.cl", "convolution_winograd.cl"]
  private static let patches = images + ["convolution_patches.cl"]
  private static let tiles = patches + ["matrix_tiles.cl", "convolution_tiles.cl"]

  private static let general = [
    KernelPart(["map"], ["map.cl"], below: base),
    KernelPart(
      ["reduce_rows", "reduce_columns", "reduce_rows_partial", "reduce_columns_partial", "reduce_join"],
      ["map.cl", "reduce.cl"], below: base),
    KernelPart(
      ["channel_moments", "channel_moments_join", "channel_sums", "channel_sums_join"], ["channels.cl"],
      below: base),
    KernelPart(
      [
        "gather_words", "gather_bytes", "scatter_add", "scatter_add_int", "cumulative_sum",
        "cumulative_sum_int",
        "top_k",
      ], ["index.cl"], below: base),
    KernelPart(
      ["window_sum", "window_spread"]
        + ["window_max", "window_max_index", "window_gather", "window_scatter"].flatMap {
          [$0, $0 + "_wide"]
        },
      ["window.cl"], below: base),
    KernelPart(["pgd_step_linf", "pgd_step_l2", "jacobian_seed"], ["attack.cl"], below: base),
    KernelPart(["pack_matmul", "matmul", "matmul_packed"], ["matmul.cl"], below: base),
    KernelPart(["pack_blocked", "unpack_blocked"], ["convolution_pack.cl"], below: base),
    KernelPart(["select_blocked"], ["selection.cl"], below: images),
  ]

  private static let convolutions = [
    KernelPart(["convolution_winograd", "pack_winograd"], [], below: filtering),
    KernelPart(
      ["convolution_winograd_strided", "pack_winograd_strided"], ["convolution_winograd_strided.cl"],
      below: filtering),
    KernelPart(["convolution_direct", "pack_direct"], ["convolution_direct.cl"], below: patches),
    KernelPart(["convolution_tiles", "pack_tiles"], [], below: tiles),
    KernelPart(["convolution_first", "pack_first"], ["convolution_first.cl"], below: patches),
    KernelPart(["convolution_last", "pack_last"], ["convolution_last.cl"], below: patches),
    KernelPart(["convolution_depthwise", "pack_depthwise"], ["convolution_depthwise.cl"], below: images),
    KernelPart(["convolution_plain"], ["convolution_plain.cl"], below: images),
    KernelPart(
      ["exact_convolution", "pack_exact", "exact_weights", "exact_matmul", "pack_exact_matrix", "exact_sum"],
      ["exact.cl"], below: base),
  ]

  private static let adjoints = [
    KernelPart(
      [
        "convolution_weights", "convolution_weights_first", "convolution_weights_plain",
        "convolution_weights_sum", "convolution_weights_blocks_sum",
      ], ["convolution_weights.cl"], below: images),
    KernelPart(
      ["convolution_weights_winograd"], ["convolution_weights.cl", "convolution_weights_winograd.cl"],
      below: filtering),
    KernelPart(
      ["convolution_weights_tiles"], ["convolution_weights.cl", "convolution_weights_tiles.cl"], below: tiles),
  ]
}
