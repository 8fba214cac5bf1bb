public import Compute

/// What a model says about samples, ready to be computed on a device for any number of them, a tile at a
/// time.
///
///     var evaluation = try ModelEvaluation(.outputs, of: model, sample: [3, 32, 32], on: device)
///     let logits = try await evaluation.run(images, reading: weights)[0]
///
/// The model's first output for its first input is meant. Results are the same bits for any tile.
public struct ModelEvaluation: ~Copyable {
  /// What is computed.
  public enum Quantity: Sendable {
    /// The outputs, `[N, ...]`.
    case outputs
    /// The outputs, and the derivative of the sum of the samples' losses with respect to the samples, `[N,
    /// ...]`.
    ///
    /// The loss takes logits `[N, K]` and labels `int32[N]` and gives `[N]`.
    case gradients(of: @Sendable (_ logits: Tensor, _ labels: Tensor) -> Tensor)
    /// The outputs, and the derivative of each of a sample's K outputs with respect to the sample, `[N, K,
    /// ...]`.
    case jacobians
  }

  /// The most rows of Jacobians that are computed together for one sample.
  static let rowsAtOnce = 128

  private let model: Model
  private let sampleCount: Int
  private let rows: JacobianRows
  private let takesLabels: Bool
  private var executable: TiledExecutable

  /// Traces the model on one sample, to see whether it takes it.
  ///
  /// - Parameters:
  ///   - quantity: What is computed.
  ///   - sample: The shape of one sample, without the first axis.
  ///   - tile: Samples at a time; nil for as many as suit the device, fewer where a sample has many rows. A
  ///     model whose number of samples is fixed is always given that many.
  /// - Throws: What is wrong with the model or with samples of this shape.
  public init(
    _ quantity: Quantity, of model: Model, sample: Shape, tile: Int? = nil, on device: any Device
  ) throws {
    let output = try model.outputType(for: sample)
    let members = output.shape.extents.dropFirst().reduce(1, *)
    // A model that takes a fixed number of samples cannot be asked what one of them takes.
    let bytes = model.fixedSampleCount == nil ? try model.sampleBytes(for: sample) : 0
    var rows = JacobianRows.none
    if case .jacobians = quantity {
      rows = JacobianRows(
        all: members, atOnce: min(members, ModelEvaluation.rowsAtOnce),
        together: model.rowsTogether(sampleBytes: bytes, on: device))
    }
    let tile =
      model.fixedSampleCount ?? tile ?? device.usualTile(sampleBytes: bytes, rows: rows.atOnce)
    let executable = try TiledExecutable(
      tile: tile, isDivisible: model.fixedSampleCount == nil, on: device
    ) { count in
      try model.graph(of: quantity, sample: sample, count: count, rows: rows)
    }
    self.model = model
    self.rows = rows
    self.executable = executable
    sampleCount = model.fixedSampleCount ?? 1
    takesLabels = if case .gradients = quantity { true } else { false }
  }

  /// Samples of a tile; smaller after memory ran out.
  public var tile: Int { executable.tile }

  /// Traces, plans and builds what a run over `count` samples needs, which that run would do otherwise.
  ///
  /// - Throws: `DeviceError` when memory is short for one sample.
  public mutating func prepare(for count: Int) throws { try executable.prepare(for: padded(count)) }

  /// Computes the quantity for all samples.
  ///
  /// - Parameters:
  ///   - samples: `[N, ...]`.
  ///   - labels: `int32[N]`, needed by the gradients of a loss alone.
  ///   - weights: The model's values.
  ///   - progress: Is told after every tile how many samples are done.
  /// - Returns: The outputs, then what else the quantity asks for.
  /// - Throws: `DeviceError` when memory is short for one sample.
  public mutating func run(
    _ samples: HostArray, labels: HostArray? = nil, reading weights: borrowing Weights,
    progress: (Int) -> Void = { _ in }
  ) async throws -> [HostArray] {
    let count = samples.shape[0]
    var arguments = [Model.images: samples.repeatingLast(to: padded(count))]
    if takesLabels { arguments["labels"] = labels?.repeatingLast(to: padded(count)) }
    guard rows.all > 0 else {
      let results = try await executable.run(arguments, reading: weights) { progress(min($0, count)) }
      return results.map { $0.samples(0..<count) }
    }
    return try await rowsInParts(arguments, count, reading: weights, progress)
  }

  /// Jacobians of many rows: some rows of all samples, then the next.
  private mutating func rowsInParts(
    _ arguments: [String: HostArray], _ count: Int, reading weights: borrowing Weights,
    _ progress: (Int) -> Void
  ) async throws -> [HostArray] {
    let firsts = Array(stride(from: 0, to: rows.all, by: rows.atOnce))
    var parts: [HostArray] = []
    var outputs: [HostArray] = []
    for (index, first) in firsts.enumerated() {
      var arguments = arguments
      let numbers = (0..<rows.atOnce).map { Int32(first + $0) }
      let samples = padded(count)
      let chosen = (0..<samples).flatMap { _ in numbers }
      arguments["rows"] = HostArray([samples, rows.atOnce], chosen)
      let results = try await executable.run(arguments, reading: weights) { done in
        progress((index * count + min(done, count)) / firsts.count)
      }
      outputs = [results[0].samples(0..<count)]
      parts.append(results[1].samples(0..<count))
    }
    return outputs + [parts.count == 1 ? parts[0] : HostArray.joiningRows(parts, count: rows.all)]
  }

  private func padded(_ count: Int) -> Int { (count + sampleCount - 1) / sampleCount * sampleCount }
}

/// How the rows of Jacobians are divided; none where none are computed.
struct JacobianRows {
  /// Rows of a sample.
  let all: Int
  /// Those that one run computes.
  let atOnce: Int
  /// The most of these that go backward through the model together, so that they stay in the caches.
  let together: Int

  static let none = JacobianRows(all: 0, atOnce: 0, together: 1)

  /// The rows of a run in groups of about one size.
  var groups: [Range<Int>] {
    let count = (atOnce + together - 1) / together
    return (0..<count).map { (atOnce * $0 / count)..<(atOnce * ($0 + 1) / count) }
  }
}

extension HostArray {
  /// Parts `[N, R, ...]` put one after the other along axis 1, cut to `count` rows.
  fileprivate static func joiningRows(_ parts: [HostArray], count: Int) -> HostArray {
    var extents = parts[0].shape
    let rowSize = extents.extents.dropFirst(2).reduce(parts[0].type.element.size, *)
    extents[1] = count
    var bytes: [UInt8] = []
    for sample in 0..<extents[0] {
      var missing = count
      for part in parts {
        let height = part.shape[1]
        let first = sample * height * rowSize
        bytes += part.bytes[first..<(first + min(height, missing) * rowSize)]
        missing -= min(height, missing)
      }
    }
    return HostArray(TensorType(extents, parts[0].type.element), bytes: bytes)
  }
}
