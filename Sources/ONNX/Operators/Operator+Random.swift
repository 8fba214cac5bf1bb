import ArrayFiles
import Compute

extension Operator {
  /// Random numbers; see ``RandomContext``.
  static let random: [String: Operator] = [
    "RandomNormal": Operator { call in
      [try call.normal(call.shapeAttribute(), like: nil, standard: .float32)]
    },
    "RandomUniform": Operator { call in
      [try call.uniform(call.shapeAttribute(), like: nil, standard: .float32)]
    },
    "RandomNormalLike": Operator { call in
      let value = try call.value(0)
      return [try call.normal(value.tensor.shape, like: value, standard: value.element)]
    },
    "RandomUniformLike": Operator { call in
      let value = try call.value(0)
      return [try call.uniform(value.tensor.shape, like: value, standard: value.element)]
    },
    "Bernoulli": Operator { call in
      let share = try call.floating(0)
      let element = try call.elementAttribute(try call.element(0))
      let isOne = call.drawn(share.shape) { $0.uniform($1) } .< share
      return [ImportedValue(isOne.cast(to: element.traced), element)]
    },
    "Multinomial": Operator { call in
      let scores = try call.floating(0)
      let count = try call.integer("sample_size", default: 1)
      guard scores.rank == 2, scores.shape.count > 0, count >= 1 else {
        throw ImportError("[N, classes] and 1 or more draws are needed, not \(scores.shape) and \(count)")
      }
      let shape = try call.shape([scores.shape[0], count, scores.shape[1]])
      // The largest of scores plus Gumbel noise is drawn with the probability that the scores say.
      let uniform = call.drawn(shape) { $0.uniform($1) }
      let noise = -(-(uniform.maximum(0x1p-25)).log()).log()
      let places = (scores.expandingAxis(at: 1) + noise).argmax(axis: 2)
      let element = try call.elementAttribute(.int32)
      return [ImportedValue(places.cast(to: element.traced), element)]
    },
  ]
}

extension NodeCall {
  /// A tensor of this shape: one draw for all samples in inference, else one for each.
  ///
  /// - Parameter isCounted: Whether the first axis counts samples, if it has as many places.
  fileprivate func drawn(
    _ shape: Shape, isCounted: Bool = true, _ draw: (Randomness, Shape) -> Tensor
  ) -> Tensor {
    guard isCounted, let first = shape.extents.first, first == context.samples else {
      return draw(Randomness(seed: seed, samples: scope.full([], 0, .int32)), shape)
    }
    let rest = Shape(Array(shape.extents.dropFirst()))
    if let fresh = context.fresh, fresh.samples.shape == [first] {
      return draw(fresh.step(Int(seed & 0x7FFF_FFFF)), rest)
    }
    return draw(Randomness(seed: seed, samples: scope.full([], 0, .int32)), rest).broadcast(to: shape)
  }

  /// The attribute `seed`, the value that the node gives, whose name no other has, and the passes it is in.
  private var seed: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    var bytes = Array(output.utf8)
    if case .float(let given) = attributes["seed"] {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: given.bitPattern >> ($0 * 8)) }
    }
    for pass in context.passes {
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: pass >> ($0 * 8)) }
    }
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  fileprivate func shapeAttribute() throws -> Shape {
    guard let extents = try integers("shape") else { throw ImportError("attribute 'shape' is missing") }
    return try shape(extents)
  }

  /// The type that attribute `dtype` names.
  fileprivate func elementAttribute(_ standard: ArrayElement) throws -> ArrayElement {
    guard attributes["dtype"] != nil else { return standard }
    return try ArrayElement(onnx: Int32(clamping: try integer("dtype")))
  }

  fileprivate func normal(
    _ shape: Shape, like value: ImportedValue?, standard: ArrayElement
  ) throws -> ImportedValue {
    let (mean, scale) = (try float("mean", default: 0), try float("scale", default: 1))
    return try number(drawn(shape, isCounted: value != nil) { $0.normal($1) } * scale + mean, standard)
  }

  fileprivate func uniform(
    _ shape: Shape, like value: ImportedValue?, standard: ArrayElement
  ) throws -> ImportedValue {
    let (low, high) = (try float("low", default: 0), try float("high", default: 1))
    guard low <= high, (high - low).isFinite else { throw ImportError("\(low) to \(high) is no range") }
    return try number(drawn(shape, isCounted: value != nil) { $0.uniform($1) } * (high - low) + low, standard)
  }

  private func number(_ tensor: Tensor, _ standard: ArrayElement) throws -> ImportedValue {
    let element = try elementAttribute(standard)
    guard element.isFloating else {
      throw ImportError(
        "random numbers of type \(element.rawValue) are not supported; floating-point types are")
    }
    return ImportedValue(tensor, element)
  }
}
