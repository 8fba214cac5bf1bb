extension GatherConvolution {
  /// Why a convolution like this runs on `kernel`, in a sentence for profiles.
  func reason(for kernel: CPUConvolutionKernel) -> String {
    switch kernel {
    case .winograd: winogradReason
    case .stridedWinograd:
      inputDilation == [1, 1]
        ? "\(extent) of stride 2: minimal filtering of its phases, 1.8 times fewer products"
        : "\(extent) transposed, of stride 2: minimal filtering of its phases, 1.8 times fewer products"
    case .tiles: tilesReason
    case .direct: directReason
    case .depthwise: "one channel a group: every channel by itself, 16 side by side"
    case .first: "\(inputs) input channels fill no block of 16: the image is read as it lies"
    case .last: "\(outputs) output channels fill no block of 16: inputs are summed 16 side by side"
    case .plain: plainReason
    }
  }

  private var winogradReason: String {
    let way =
      filteringSide == 4
      ? "F(4x4, 3x3), 4 times fewer products" : "F(2x2, 3x3), 2.2 times fewer products and smaller weights"
    return "\(extent) of stride 1 with at least 16 channels: minimal filtering \(way)"
  }

  /// Why tiles and not minimal filtering where that could compute it too.
  private var tilesReason: String {
    let parts = bfloatParts == 2 ? "2 parts of bfloat16 do for what decides nothing" : "3 parts of bfloat16"
    return "\(extent) with \(inputs / groups) channels: matrix tiles, \(parts)"
  }

  private var extent: String { kernel.map(String.init).joined(separator: "x") }

  /// Why minimal filtering is out of the question, the most telling reason first.
  private var directReason: String {
    if kernel != [3, 3] { return "\(extent), and minimal filtering needs 3x3: direct" }
    if inputDilation != [1, 1] {
      return "\(extent) transposed, of stride \(steps(inputDilation)): direct, each phase by itself"
    }
    if stride != [1, 1] { return "\(extent) of stride \(steps(stride)): direct" }
    if dilation != [1, 1] { return "\(extent) dilated by \(steps(dilation)): direct" }
    if groups > 1 { return "\(groups) groups: direct, each group by itself" }
    if preservesTies { return "a max pool or a rounding downstream needs sums taken term by term: direct" }
    return "an output of \(output[0])x\(output[1]) is smaller than a tile of minimal filtering: direct"
  }

  private var plainReason: String {
    if pad.contains(where: { $0 < 0 }) { return "padding below 0: one output after another" }
    if groups > 1 { return "\(groups) groups that fill no blocks of 16 channels: one output after another" }
    return "\(inputs) and \(outputs) channels fill no blocks of 16: one output after another"
  }

  private func steps(_ extents: [Int]) -> String {
    extents[0] == extents[1] ? "\(extents[0])" : extents.map(String.init).joined(separator: "x")
  }
}
