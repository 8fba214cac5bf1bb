import Compute

extension OpenGraph {
  /// A step that moves elements without computing on them.
  func structural(_ id: StepID) -> Match {
    let step = steps[id]
    let source = step.inputs.first.map(extents) ?? []
    switch step.kind {
    case .reshape:
      let origin = reshaped(id)
      return Match([origin]) { [self] writer, x in
        writer.reshape(x[0], from: extents(origin), to: extents(id))
      }
    case .broadcast:
      return Match(step.inputs) { writer, x in writer.expand(x[0], from: source, to: step.type.extents) }
    case .transpose(let permutation): return Match(step.inputs, "Transpose", ["perm": .integers(permutation)])
    case .concatenate(let axis): return Match(step.inputs, "Concat", ["axis": .integer(axis)])
    case .slice(let starts, let steps): return slice(id, starts, steps)
    case .reverse(let axes):
      return Match(step.inputs) { writer, x in
        let ends = writer.integers(axes.map { _ in Int.min + 1 }, "ends")
        let back = writer.integers(axes.map { _ in -1 }, "steps")
        return writer.add("Slice", [x[0], back, ends, writer.integers(axes, "axes"), back])
      }
    case .pad(let pad): return padding(pad, id)
    case .iota: return iota(step.type)
    default: return cast(id)
    }
  }

  /// What is put under the extents of step `id`: the first elements in this order that are written anyway.
  private func reshaped(_ id: StepID) -> StepID {
    var source = inputs(id)[0]
    while let next = operand(source, of: .reshape), Pattern.match(self, source) == nil { source = next }
    return source
  }

  /// Floats become bytes by way of integers, whose low eight bits are taken.
  private func cast(_ id: StepID) -> Match {
    let (from, to) = (type(inputs(id)[0]).element, type(id).element)
    return Match(inputs(id)) { writer, x in
      let source = from == .float32 && to == .uint8 ? writer.cast(x[0], to: .int32) : x[0]
      return from == to ? writer.add("Identity", [source]) : writer.cast(source, to: to.dataType)
    }
  }

  private func slice(_ id: StepID, _ starts: [Int], _ steps: [Int]) -> Match {
    let (source, target) = (extents(inputs(id)[0]), extents(id))
    let axes = source.indices.filter { source[$0] != target[$0] || steps[$0] != 1 }
    guard !axes.isEmpty else { return Match(inputs(id), "Identity") }
    let ends = axes.map { axis in
      Extent(
        starts[axis] + (target[axis].fixed - 1) * steps[axis] + 1,
        perSample: target[axis].perSample * steps[axis])
    }
    return Match(inputs(id)) { writer, x in
      let first = writer.integers(axes.map { starts[$0] }, "starts")
      let end = writer.vector(
        zip(axes, ends).map { target[$0] == Extent(0) ? Extent(starts[$0]) : $1 }, "ends")
      let names = writer.integers(axes, "axes")
      return writer.add("Slice", [x[0], first, end, names, writer.integers(axes.map { steps[$0] }, "steps")])
    }
  }

  private func padding(_ pad: Pad, _ id: StepID) -> Match {
    let (type, inputs) = (type(id), inputs(id))
    var extents = extents(inputs[0])
    return Match(inputs) { writer, x in
      let value = writer.number(pad.value, type.element)
      var result = x[0]
      for axis in extents.indices where pad.interior[axis] > 0 && extents[axis] != Extent(0) {
        let wide = Extent(
          extents[axis].fixed * (pad.interior[axis] + 1),
          perSample: extents[axis].perSample * (pad.interior[axis] + 1))
        result = writer.spread(result, &extents, axis, wide, pad.interior[axis], value)
      }
      guard (pad.low + pad.high).contains(where: { $0 > 0 }) else { return result }
      return writer.add("Pad", [result, writer.integers(pad.low + pad.high, "pads"), value])
    }
  }

  private func iota(_ type: OpenType) -> Match {
    let length = type.extents[0]
    return Match([]) { writer, _ in
      guard let known = length.known else {
        let end = writer.add("Squeeze", [writer.vector([length]), writer.integers([0], "axes")])
        let counted = writer.add("Range", [writer.integer(0), end, writer.integer(1)])
        return writer.reshape(
          writer.cast(counted, to: type.element.dataType), from: [length], to: type.extents)
      }
      let shape = Shape([known] + [Int](repeating: 1, count: type.rank - 1))
      let values = (0..<known).map(Double.init)
      return writer.constant(ReferenceArray(TensorType(shape, type.element), values).hostArray)
    }
  }
}

extension GraphWriter {
  /// `value` with `gap` elements put between neighbours along `axis`, which makes its extent `wide - gap`.
  fileprivate mutating func spread(
    _ value: String, _ extents: inout [Extent], _ axis: Int, _ wide: Extent, _ gap: Int, _ filler: String
  ) -> String {
    var split = extents
    split.insert(.one, at: axis + 1)
    var pads = [Int](repeating: 0, count: 2 * split.count)
    pads[split.count + axis + 1] = gap
    let column = reshape(value, from: extents, to: split)
    let filled = add("Pad", [column, integers(pads, "pads"), filler])
    split[axis + 1] = Extent(gap + 1)
    extents[axis] = wide
    let joined = reshape(filled, from: split, to: extents)
    let last = Extent(wide.fixed - gap, perSample: wide.perSample)
    extents[axis] = last
    return add("Slice", [joined, integers([0], "starts"), vector([last], "ends"), integers([axis], "axes")])
  }
}
