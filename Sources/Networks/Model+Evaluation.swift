public import Compute

extension Model {
  /// How many samples the model takes at a time, where it takes no other number.
  public var fixedSampleCount: Int? { inputs.first?.extents.first.flatMap { $0 } }

  /// The type of the first output for samples of this shape, as many of them as the model must be given, else
  /// one.
  ///
  /// - Throws: What is wrong with the model or with samples of this shape.
  public func outputType(for sample: Shape) throws -> TensorType {
    try findings.outputTypes.answer(to: ModelFindings.Question(sample, parameters)) {
      let count = fixedSampleCount ?? 1
      return try graph(of: .outputs, sample: sample, count: count, rows: .none).outputTypes[0]
    }
  }

  /// Bytes of the largest value that the model computes for one sample of this shape.
  ///
  /// - Throws: What is wrong with the model or with samples of this shape; one whose number of samples is fixed takes no
  ///   other.
  public func sampleBytes(for sample: Shape) throws -> Int {
    try findings.sampleBytes.answer(to: ModelFindings.Question(sample, parameters)) {
      try Graph.sampleBytes { try graph(of: .outputs, sample: sample, count: $0, rows: .none) }
    }
  }

  /// The first output, `[N, ...]`, for samples `[N, ...]`.
  ///
  /// - Parameters:
  ///   - samples: What the model's first input takes.
  ///   - weights: The model's values, on the device that computes.
  ///   - tile: Samples at a time; the result does not depend on it.
  ///   - progress: Is told after every tile how many samples are done.
  /// - Throws: What is wrong with the model or the samples; `DeviceError` when memory is short for one
  ///   sample.
  public func outputs(
    for samples: HostArray, reading weights: borrowing Weights, tile: Int? = nil,
    progress: (Int) -> Void = { _ in }
  ) async throws -> HostArray {
    var evaluation = try ModelEvaluation(
      .outputs, of: self, sample: samples.sampleShape, tile: tile, on: weights.device)
    return try await evaluation.run(samples, reading: weights, progress: progress)[0]
  }

  /// The derivative of the sum of the samples' losses with respect to the samples, `[N, ...]`.
  ///
  /// - Parameters:
  ///   - loss: One value a sample, `[N]`, from logits `[N, K]` and labels `int32[N]`.
  ///   - samples: What the model's first input takes.
  ///   - labels: `int32[N]`.
  ///   - weights: The model's values, on the device that computes.
  ///   - tile: Samples at a time; the result does not depend on it.
  ///   - progress: Is told after every tile how many samples are done.
  /// - Throws: What is wrong with the model or the samples; `DeviceError` when memory is short for one
  ///   sample.
  /// - Complexity: One forward and one backward pass a sample, without derivatives of parameters.
  public func gradients(
    of loss: @escaping @Sendable (_ logits: Tensor, _ labels: Tensor) -> Tensor, at samples: HostArray,
    labels: HostArray, reading weights: borrowing Weights, tile: Int? = nil,
    progress: (Int) -> Void = { _ in }
  ) async throws -> HostArray {
    var evaluation = try ModelEvaluation(
      .gradients(of: loss), of: self, sample: samples.sampleShape, tile: tile, on: weights.device)
    return try await evaluation.run(samples, labels: labels, reading: weights, progress: progress)[1]
  }

  /// The derivative of each of a sample's K outputs with respect to the sample, `[N, K, ...]`.
  ///
  /// - Parameters:
  ///   - samples: What the model's first input takes.
  ///   - weights: The model's values, on the device that computes.
  ///   - tile: Samples at a time; the result does not depend on it.
  ///   - progress: Is told after every tile how many samples are done.
  /// - Throws: What is wrong with the model or the samples; `DeviceError` when memory is short for one
  ///   sample.
  /// - Complexity: One forward and K backward passes a sample; one more forward pass for every further 128
  ///   rows.
  public func jacobians(
    at samples: HostArray, reading weights: borrowing Weights, tile: Int? = nil,
    progress: (Int) -> Void = { _ in }
  ) async throws -> HostArray {
    var evaluation = try ModelEvaluation(
      .jacobians, of: self, sample: samples.sampleShape, tile: tile, on: weights.device)
    return try await evaluation.run(samples, reading: weights, progress: progress)[1]
  }

  /// How many rows of a Jacobian go backward together, for each lane of a device.
  ///
  /// Each takes the memory of a sample, so they are two thirds of the samples that stay in its caches, which was fastest for
  /// small networks; but every group of rows reads all weights, which is worth it while they are no more than four times
  /// the group's largest values.
  func rowsTogether(sampleBytes: Int, on device: any Device) -> Int {
    let weightBytes = parameters.reduce(0) { $0 + $1.value.type.byteCount }
    let fitting = 2 * device.usualTile(sampleBytes: sampleBytes) / (3 * device.lanes)
    return max(1, fitting, weightBytes / (4 * max(1, sampleBytes)))
  }

  /// The quantity for `count` samples, as a graph.
  func graph(
    of quantity: ModelEvaluation.Quantity, sample: Shape, count: Int, rows: JacobianRows
  ) throws -> Graph {
    try Graph { scope in
      let network = bound(in: scope)
      let element = inputs.first?.element ?? .float32
      let samples = scope.input(Model.images, Shape([count] + sample.extents), element)
      let output = network(samples)
      if let error = scope.takeFailure() { throw error }
      guard output.shape.extents.first == count else {
        throw LayerError(
          "", "\(count) samples of shape \(sample) give \(output.type), not one output a sample")
      }
      if case .outputs = quantity { return [output] }
      let logits = output.reshaped([count, output.shape.extents.dropFirst().reduce(1, *)])
      if case .gradients(let loss) = quantity {
        let value = loss(logits, scope.input("labels", [count], .int32))
        return [output, value.gradient(withRespectTo: samples)]
      }
      let chosen = scope.input("rows", [count, rows.atOnce], .int32)
      let groups = rows.groups.map { group in
        let some = chosen.sliced(axis: 1, from: group.lowerBound, count: group.count)
        return logits.jacobian(withRespectTo: samples, rows: some)
      }
      return [output, Tensor.concatenated(groups, axis: 1)]
    }
  }
}

extension HostArray {
  /// The shape of one sample of this array, which is all but its first axis.
  fileprivate var sampleShape: Shape { Shape(Array(shape.extents.dropFirst())) }
}
