/// Runs a graph whose samples do not depend on each other over any number of samples, a tile of them at a time.
///
///     var predict = try TiledExecutable(on: device) { count in try Graph { ... [count, 3, 32, 32] ... } }
///     let logits = try await predict.run(["images": all], reading: weights)[0]
///
/// The tile is a fixed number of samples, so the memory needed does not grow with their number; results
/// are the same bits for any tile. When the device's memory is too small for a tile it is halved, until one sample
/// does not fit.
public struct TiledExecutable: ~Copyable {
  /// Samples of a tile; smaller after memory ran out.
  public private(set) var tile: Int
  /// Where it runs.
  public let device: any Device
  private let options: PlanOptions
  private let graph: (Int) throws -> Graph
  private var whole: Prepared?
  private var rest: Prepared?

  /// An executable for one number of samples.
  private final class Prepared {
    let count: Int
    var executable: Executable
    init(_ count: Int, _ executable: consuming Executable) {
      self.count = count
      self.executable = executable
    }
  }

  /// Prepares to run `graph`.
  ///
  /// - Parameters:
  ///   - tile: Samples at a time, 1 or more; nil for as many as suit the device.
  ///   - graph: The computation for a number of samples. The first axis of every argument it declares and of every
  ///     output counts samples; it must not update parameters.
  public init(
    tile: Int? = nil, on device: any Device, options: PlanOptions = .all,
    _ graph: @escaping (Int) throws -> Graph
  ) {
    let tile = tile ?? device.usualTile
    precondition(tile >= 1, "a tile holds at least one sample")
    self.tile = tile
    self.device = device
    self.options = options
    self.graph = graph
  }

  /// Traces, plans and builds what a run over `count` samples needs, which that run would do otherwise.
  ///
  /// - Throws: ``DeviceError``: of kind `outOfMemory` only when one sample does not fit.
  public mutating func prepare(for count: Int) throws {
    while true {
      do {
        _ = try prepared(min(tile, count))
        if count > tile, count % tile > 0 { _ = try prepared(count % tile) }
        return
      } catch let error as DeviceError where error.kind == .outOfMemory && min(tile, count) > 1 {
        shrink(from: min(tile, count))
      }
    }
  }

  /// The outputs for all samples.
  ///
  /// - Parameters:
  ///   - arguments: A value for every argument; the first extents must agree.
  ///   - progress: Is told after every tile how many samples are done.
  /// - Throws: ``DeviceError``: of kind `outOfMemory` only when one sample does not fit.
  public mutating func run(
    _ arguments: [String: HostArray], reading weights: borrowing Weights, progress: (Int) -> Void = { _ in }
  ) async throws -> [HostArray] {
    guard let count = arguments.values.first?.shape.extents.first,
      arguments.values.allSatisfy({ $0.shape.extents.first == count })
    else {
      throw DeviceError(.misuse, on: device.name, "the arguments do not all hold the same number of samples")
    }
    var joined = JoinedOutputs(count: count)
    var outputs: [HostArray] = []
    var first = 0
    repeat {
      let size = min(tile, count - first)
      do {
        let prepared = try prepared(size)
        for (name, value) in arguments {
          try prepared.executable.write(name, value.samples(first..<(first + size)))
        }
        try prepared.executable.launch(reading: weights)
        // While the device works, the host puts what it has read into its place.
        joined.append(outputs)
        outputs = []
        outputs = try await prepared.executable.readAll()
        first += size
        progress(first)
      } catch let error as DeviceError where error.kind == .outOfMemory && size > 1 {
        shrink(from: size)
      }
    } while first < count
    return joined.finished(with: outputs)
  }

  private mutating func shrink(from size: Int) {
    (whole, rest) = (nil, nil)
    tile = (size + 1) / 2
  }

  private mutating func prepared(_ size: Int) throws -> Prepared {
    if let known = size == tile ? whole : rest, known.count == size { return known }
    let made = Prepared(size, try Executable(samples: size, on: device, options: options, graph))
    if size == tile { whole = made } else { rest = made }
    return made
  }
}

/// Outputs of tiles put one after the other.
private struct JoinedOutputs {
  /// Samples in all.
  let count: Int
  private var types: [TensorType] = []
  private var bytes: [[UInt8]] = []

  init(count: Int) { self.count = count }

  mutating func append(_ outputs: [HostArray]) {
    if types.isEmpty {
      types = outputs.map { TensorType($0.shape.replacingFirst(by: count), $0.type.element) }
      bytes = types.map { type in
        var bytes: [UInt8] = []
        bytes.reserveCapacity(type.byteCount)
        return bytes
      }
    }
    for (index, output) in outputs.enumerated() { bytes[index] += output.bytes }
  }

  /// The whole outputs, `last` being those of the last tile.
  mutating func finished(with last: [HostArray]) -> [HostArray] {
    if types.isEmpty, last.allSatisfy({ $0.shape[0] == count }) { return last }
    append(last)
    return zip(types, bytes).map { HostArray($0, bytes: $1) }
  }
}

extension Shape {
  fileprivate func replacingFirst(by count: Int) -> Shape { Shape([count] + extents.dropFirst()) }
}

extension HostArray {
  /// The part of this array with these indices along the first axis.
  public func samples(_ range: Range<Int>) -> HostArray {
    if range == 0..<shape[0] { return self }
    let size = shape.extents.dropFirst().reduce(type.element.size, *)
    var shape = shape
    shape[0] = range.count
    let part = bytes[(range.lowerBound * size)..<(range.upperBound * size)]
    return HostArray(TensorType(shape, type.element), bytes: Array(part))
  }
}
