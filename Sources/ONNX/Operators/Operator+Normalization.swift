import Compute

extension Operator {
  /// Values shifted and scaled to a common size.
  static let normalization: [String: Operator] = [
    "BatchNormalization": Operator { call in try call.batchNormalization() },
    "InstanceNormalization": Operator { call in
      let image = try call.image()
      let (scale, shift) = try (call.channels(1, image), call.channels(2, image))
      return try call.result(image.instanceNormalized(scale: scale, shift: shift, epsilon: call.epsilon()))
    },
    "GroupNormalization": Operator { call in
      let image = try call.floating(0)
      let groups = try call.integer("num_groups")
      guard image.rank >= 2, groups >= 1, groups <= image.shape[1], image.shape[1] % groups == 0 else {
        throw ImportError("\(groups) groups do not divide the channels of \(image.shape)")
      }
      // Until operator set 21 there is one factor for each group, not for each channel.
      let isByGroup = call.version < 21
      let (scale, shift) = try (
        call.channels(1, image, groups: isByGroup ? groups : nil),
        call.channels(2, image, groups: isByGroup ? groups : nil)
      )
      return try call.result(
        image.groupNormalized(groups: groups, scale: scale, shift: shift, epsilon: call.epsilon()))
    },
    "LayerNormalization": Operator { call in try call.layerNormalization() },
    "LRN": Operator { call in try call.result(call.localResponseNormalization()) },
    "MeanVarianceNormalization": Operator { call in
      let x = try call.floating(0)
      let axes = try call.axes(call.integers("axes") ?? [0, 2, 3], rank: x.rank)
      let centred = x - x.mean(axes, keepingAxes: true)
      let deviation = (centred * centred).mean(axes, keepingAxes: true).sqrt()
      return try call.result(centred / (deviation + 1e-9))
    },
    "LpNormalization": Operator { call in
      let x = try call.floating(0)
      let axis = try call.axis(call.integer("axis", default: -1), rank: x.rank)
      let exponent = try call.integer("p", default: 2)
      guard exponent == 1 || exponent == 2 else {
        throw ImportError("attribute 'p' is \(exponent); it should be 1 or 2")
      }
      let size = exponent == 1 ? x.absolute() : x * x
      let sum = size.sum([axis], keepingAxes: true)
      // Zeros stay zeros, and so do their derivatives.
      let divisible = (sum .> 0).select(sum, sum.ones)
      return try call.result(x / (exponent == 1 ? divisible : divisible.sqrt()))
    },
  ]
}

extension NodeCall {
  /// The attribute `epsilon`.
  fileprivate func epsilon() throws -> Double { try float("epsilon", default: Double(Float(1e-5))) }

  /// Input `index` with one element for each channel of `image`; one for each of `groups` is repeated.
  fileprivate func channels(_ index: Int, _ image: Tensor, groups: Int? = nil) throws -> Tensor {
    let (value, channels) = (try floating(index), image.shape[1])
    guard value.shape == [groups ?? channels] else {
      throw ImportError("input \(index) is \(value.shape); it should be [\(groups ?? channels)]")
    }
    guard let groups else { return value }
    return value.expandingAxis(at: 1).broadcast(to: [groups, channels / groups]).reshaped([channels])
  }

  fileprivate func batchNormalization() throws -> [ImportedValue] {
    let image = try floating(0)
    guard image.rank >= 2 else { throw ImportError("[N, C, ...] is needed, not \(image.shape)") }
    if version < 9, try integer("spatial", default: 1) == 0 { return try placewiseNormalization(image) }
    let (scale, shift) = try (channels(1, image), channels(2, image))
    let (mean, variance) = try (channels(3, image), channels(4, image))
    let isTraining = try version >= 14 ? integer("training_mode", default: 0) != 0 : outputCount > 1
    guard isTraining else {
      if let training = context.training { return try result(trained(image, training)) }
      return try result(
        image.batchNormalized(scale: scale, shift: shift, mean: mean, variance: variance, epsilon: epsilon()))
    }
    guard version >= 14 else {
      throw ImportError("training mode is supported from operator set 14 on; take the extra outputs out")
    }
    let axes = [0] + Array(2..<image.rank)
    let (own, spread) = (image.mean(axes), image.variance(axes))
    let output = image.batchNormalized(
      scale: scale, shift: shift, mean: own, variance: spread, epsilon: try epsilon())
    let momentum = try float("momentum", default: 0.9)
    return try [
      ImportedValue(output, element(0)),
      ImportedValue(mean * momentum + own * (1 - momentum), element(3)),
      ImportedValue(variance * momentum + spread * (1 - momentum), element(4)),
    ]
  }

  /// The normalisation by the statistics of the batch, which running ones follow.
  private func trained(_ image: Tensor, _ training: TrainingContext) throws -> Tensor {
    let (mean, variance) = try (channels(3, image), channels(4, image))
    let (output, statistics) = image.batchNormalizedInTraining(
      scale: try channels(1, image), shift: try channels(2, image), epsilon: try epsilon())
    // What ONNX calls momentum is the weight of what was there before.
    let next = statistics.updating(
      mean: mean, variance: variance, momentum: 1 - (try float("momentum", default: 0.9)))
    training.update(mean, next.mean)
    training.update(variance, next.variance)
    return output
  }

  /// The batch normalisation of operator set 7 with `spatial = 0`: statistics for each place of a sample.
  private func placewiseNormalization(_ image: Tensor) throws -> [ImportedValue] {
    let given = try (1...4).map(floating)
    let expected = Shape(Array(image.shape.extents[1...]))
    guard given.allSatisfy({ $0.shape == expected }), outputCount <= 1 else {
      throw ImportError("inputs of shape \(expected) and one output are needed where 'spatial' is 0")
    }
    let factor = given[0] * (given[3] + (try epsilon())).reciprocalSquareRoot()
    return try result((image - given[2]) * factor + given[1])
  }

  fileprivate func layerNormalization() throws -> [ImportedValue] {
    let x = try floating(0)
    let axis = try axis(integer("axis", default: -1), rank: x.rank)
    let (scale, shift) = (try floating(1), has(2) ? try floating(2) : nil)
    for parameter in [scale, shift].compactMap({ $0 }) {
      guard Shape.broadcast(parameter.shape, x.shape) == x.shape else {
        throw ImportError("a scale or shift \(parameter.shape) does not broadcast to \(x.shape)")
      }
    }
    let axes = Array(axis..<x.rank)
    let mean = x.mean(axes, keepingAxes: true)
    let centred = x - mean
    let variance = (centred * centred).mean(axes, keepingAxes: true)
    let inverse = (variance + (try epsilon())).reciprocalSquareRoot()
    let scaled = centred * inverse * scale
    let outputs = [shift.map { scaled + $0 } ?? scaled, mean, inverse]
    let element = try element(0)
    return outputs.prefix(max(1, outputCount)).map { ImportedValue($0, element) }
  }

  /// Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks",
  /// 2012, section 3.3.
  fileprivate func localResponseNormalization() throws -> Tensor {
    let x = try floating(0)
    let size = try integer("size")
    guard x.rank >= 2, x.shape.count > 0, size >= 1 else {
      throw ImportError("'size' is \(size) and the input \(x.shape); 1 or more and [N, C, ...] are needed")
    }
    // What reaches beyond all channels finds nothing there.
    let (low, high) = (min((size - 1) / 2, x.shape[1] - 1), min(size / 2, x.shape[1] - 1))
    let window = WindowGeometry([low + high + 1, 1], stride: [1, 1], low: [low, 0], high: [high, 0])
    let planes = x.reshaped([x.shape[0], x.shape[1], x.shape.extents[2...].reduce(1, *)])
    let sums = (planes * planes).sumPooled(window).reshaped(x.shape)
    let weight = try float("alpha", default: 1e-4) / Double(size)
    return try x * (sums * weight + float("bias", default: 1)).power(-float("beta", default: 0.75))
  }
}
