extension Lowering {
  /// Input 1 in the layout `kernel` reads; packed once for each set of weights where they stay the same.
  func packedWeights(_ shape: GatherConvolution, _ kernel: CPUConvolutionKernel) -> BufferID {
    let weight = buffer(1)
    guard kernel != .plain else { return weight }
    func blocks(_ channels: Int) -> Int { (channels / shape.groups + 15) / 16 }
    let (inBlocks, outBlocks) = (blocks(shape.inputs), blocks(shape.outputs))
    let swap = shape.swapsWeight ? 1 : 0
    let taps = shape.taps
    // The extents of the weight as it is stored.
    let (o, c) = shape.swapsWeight ? (shape.inputs, shape.outputs) : (shape.outputs, shape.inputs)
    let (floats, items, integers): (Int, Int, [Int]) =
      switch kernel {
      case .winograd:
        (
          outBlocks * inBlocks * 256 * (shape.filteringSide + 2) * (shape.filteringSide + 2),
          outBlocks * inBlocks * 16, [o, c, swap, shape.filteringSide]
        )
      case .stridedWinograd: (outBlocks * inBlocks * 256 * 36, outBlocks * inBlocks * 16, [o, c, swap])
      case .tiles:
        (
          shape.groups * outBlocks * ((inBlocks + 1) / 2) * taps * 256 * shape.bfloatParts,
          shape.groups * outBlocks * ((inBlocks + 1) / 2) * taps,
          [o, c, shape.groups, taps, swap, shape.bfloatParts]
        )
      case .direct:
        (
          shape.groups * outBlocks * inBlocks * taps * 256, shape.groups * outBlocks * inBlocks * taps,
          [o, c, shape.groups, taps, swap]
        )
      case .first:
        (outBlocks * 16 * shape.inputs * taps, outBlocks * shape.inputs * taps, [o, c, taps, swap])
      case .last: (inBlocks * taps * shape.outputs * 16, inBlocks * taps, [o, c, taps, swap])
      case .depthwise: ((shape.outputs + 15) / 16 * 16 * taps, (shape.outputs + 15) / 16, [o, taps, swap])
      case .plain: (0, 0, [])
      }
    return packed(by: "pack_" + kernel.rawValue, weight, integers, floats: floats, work: .items(items))
  }

  /// Input `index`, one element a channel, followed by zeros up to a whole block.
  func padded(_ index: Int, _ channels: Int) -> BufferID {
    let source = buffer(index)
    guard channels % Layout.lanes != 0 else { return source }
    let padded = (channels + 15) / 16 * 16
    return planner.settingUp(planner.isSetup(source)) {
      let target = temporary(padded * 4)
      let zeros = Lowered(TensorType([padded]), .constant(0, .float32))
      planner.compute(zeros, into: target, .float32, .dense)
      planner.compute(.stored(TensorType([channels]), in: source), into: target, .float32, .dense)
      return target
    }
  }

  /// Input `index`, a mask, as one bit an element in `layout`.
  func bits(_ index: Int, _ layout: Layout) -> BufferID {
    let mask = inputs[index]
    if mask.layout == layout, let (buffer, element, view) = mask.root.memory, element == .bit, view.isDense,
      view.offset == 0, view.shape == mask.physical
    {
      return buffer
    }
    return planner.packed(mask, layout)
  }

  /// Result `index` in the dense layout.
  mutating func makeDense(_ index: Int) {
    guard let result = results[index], result.layout != .dense else { return }
    results[index] = .stored(result.type, in: planner.stored(result, .dense))
  }

  /// Gives every result an empty buffer.
  mutating func fillEmpty() { for index in types.indices { _ = result(index) } }
}

extension Planner {
  /// A mask as bits, dense in `layout`; a blocked layout that is not exact has zeros in its padding.
  func packed(_ mask: Lowered, _ layout: Layout) -> BufferID {
    let buffer = allocate(StoredElement.bit.byteCount(layout.physical(mask.type.shape).count))
    compute(mask, into: buffer, .bit, layout)
    return buffer
  }
}
