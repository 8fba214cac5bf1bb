internal import Compute
internal import Networks

extension SampleSeparation {
  /// Whether a small graph gives each of some random samples what it gives that sample alone.
  ///
  /// - Parameters:
  ///   - whole: The graph for `count` samples.
  ///   - single: The graph for one.
  func isSeparateInTrials(_ whole: Graph, _ single: Graph, _ samples: [TensorType], _ count: Int) -> Bool {
    let elements = whole.nodes.reduce(0) { $0 + $1.type.shape.count }
    guard whole.multiplyAdds <= 1 << 23, elements <= 1 << 21 else { return false }
    return (0..<4).allSatisfy { trial in
      var numbers = TrialNumbers(state: UInt64(trial))
      let inputs = samples.map { sample in
        (0..<count).map { _ in numbers.sample(sample.element, count: sample.shape.count) }
      }
      guard let all = outputs(of: whole, samples, inputs, 0..<count) else { return false }
      return (0..<count).allSatisfy { index in
        guard let alone = outputs(of: single, samples, inputs, index..<(index + 1)) else { return false }
        return zip(all, alone).allSatisfy { $0.holds($1, at: index, of: count) }
      }
    }
  }

  private func outputs(
    of traced: Graph, _ samples: [TensorType], _ inputs: [[[Double]]], _ range: Range<Int>
  ) -> [ReferenceArray]? {
    var arguments = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, ReferenceArray($0.value)) })
    for (port, (sample, parts)) in zip(graph.inputs, zip(samples, inputs)) {
      let type = TensorType(Shape([range.count] + sample.shape.extents), sample.element)
      arguments[port.name] = ReferenceArray(type, range.flatMap { parts[$0] })
    }
    return try? traced.interpret(arguments)
  }
}

/// Numbers that look random, for trials.
private struct TrialNumbers {
  var state: UInt64

  /// The elements of a sample: floats in -1...1, small integers.
  mutating func sample(_ element: ElementType, count: Int) -> [Double] {
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Double(state >> 40) / Double(1 << 24)
      switch element {
      case .float32: return 2 * number - 1
      case .int32, .uint8: return (8 * number).rounded(.down)
      case .bool: return number < 0.5 ? 0 : 1
      }
    }
  }
}

extension ReferenceArray {
  /// Whether a sample of this array is another one, up to rounding in double precision.
  fileprivate func holds(_ alone: ReferenceArray, at index: Int, of count: Int) -> Bool {
    guard shape.extents.first == count, values.count == count * alone.values.count else { return false }
    return alone.values.indices.allSatisfy { place in
      let (found, wanted) = (values[index * alone.values.count + place], alone.values[place])
      return found == wanted || (found.isNaN && wanted.isNaN)
        || abs(found - wanted) <= 1e-9 * max(1, abs(wanted))
    }
  }
}
