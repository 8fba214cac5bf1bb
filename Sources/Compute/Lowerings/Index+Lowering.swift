extension Gather {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    let (operand, indices) = (lowering.type(0), lowering.type(1))
    let (b, p, a, q) = (operand.shape[0], operand.shape[1], operand.shape[2], operand.shape[3])
    let buffers = [lowering.buffer(0), lowering.buffer(1), lowering.result()]
    let name = operand.element.size == 4 ? "gather_words" : "gather_bytes"
    let count = lowering.types[0].shape.count
    lowering.launch(
      name, buffers, [b, p, a, indices.shape[1], q], work: .chunks(of: count, cpu: 4096, in: lowering.family))
  }
}

extension ScatterAdd {
  /// One launch; a work-item owns the places it adds to.
  public func lower(_ lowering: inout Lowering) {
    let updates = lowering.type(0)
    let (b, p, i, q) = (updates.shape[0], updates.shape[1], updates.shape[2], updates.shape[3])
    let buffers = [lowering.buffer(0), lowering.buffer(1), lowering.result()]
    let name = updates.element == .float32 ? "scatter_add" : "scatter_add_int"
    switch lowering.family {
    case .cpu: lowering.launch(name, buffers, [p, extent, i, q], work: .items(b * p * ((q + 255) / 256)))
    case .gpu:
      lowering.launch(
        name, buffers, [b, p, extent, i, q],
        work: .chunks(of: lowering.types[0].shape.count, cpu: 1, in: .gpu))
    }
  }
}

extension CumulativeSum {
  /// One launch.
  public func lower(_ lowering: inout Lowering) {
    let type = lowering.type(0)
    let rows = type.shape.extents[..<axis].reduce(1, *)
    let columns = type.shape.extents[(axis + 1)...].reduce(1, *)
    let extent = type.shape[axis]
    let buffers = [lowering.buffer(0), lowering.result()]
    let name = type.element == .float32 ? "cumulative_sum" : "cumulative_sum_int"
    switch lowering.family {
    case .cpu:
      lowering.launch(
        name, buffers, [extent, columns, isReversed ? 1 : 0, 0], work: .items(rows * ((columns + 63) / 64)))
    case .gpu:
      lowering.launch(
        name, buffers, [rows, extent, columns, isReversed ? 1 : 0, 0],
        work: .chunks(of: rows * columns, cpu: 1, in: .gpu))
    }
  }
}

extension TopK {
  /// One launch; a work-item or group a row.
  public func lower(_ lowering: inout Lowering) {
    let type = lowering.type(0)
    let (rows, length) = (type.shape[0], type.shape[1])
    let buffers = [lowering.buffer(0), lowering.result()]
    let isInteger = type.element == .int32 ? 1 : 0
    switch lowering.family {
    case .cpu:
      // Beyond what the device has, or a second cache, the kernel sorts in place.
      let words = count > 32 && 4 * count <= lowering.cachedScratch ? count : 1
      lowering.launch(
        "top_k", buffers, scratch: 4 * words, [length, count, isInteger, largest ? 0 : 1, words],
        work: .items(count == 0 ? 0 : rows))
    case .gpu:
      lowering.launch(
        "top_k", buffers, [length, count, isInteger, largest ? 0 : 1],
        work: .groups(global: [length, count == 0 ? 0 : rows], local: [256, 1]))
    }
  }
}

extension Plan.Work {
  /// Work-items that each do `cpu` elements in the CPU family, one in groups of 256 in the GPU family.
  static func chunks(of count: Int, cpu: Int, in family: KernelFamily) -> Plan.Work {
    switch family {
    case .cpu: .items((count + cpu - 1) / cpu)
    case .gpu: .groups(global: [count], local: [256])
    }
  }
}
