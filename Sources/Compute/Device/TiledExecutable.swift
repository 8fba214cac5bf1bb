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
  private let isDivisible: Bool
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
  ///   - isDivisible: Whether `graph` takes fewer samples than a tile has.
  ///   - graph: The computation for a number of samples. The first axis of every argument it declares and of every
  ///     output counts samples; it must not update parameters.
  public init(
    tile: Int? = nil, isDivisible: Bool = true, on device: any Device, options: PlanOptions = .all,
    _ graph: @escaping (Int) throws -> Graph
  ) rethrows {
    let tile = try tile ?? device.usualTile(sampleBytes: Graph.sampleBytes(graph))
    precondition(tile >= 1, "a tile holds at least one sample")
    self.tile = tile
    self.isDivisible = isDivisible
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
    var results = TiledResults(count: count, room: count + tile)
    var first = 0
    // No samples have results too, whose shapes the graph tells.
    while first < count || results.isPending || !results.isBegun {
      let size = min(tile, count - first)
      do {
        if size > 0 || !results.isBegun {
          // A rest is filled up: an executable of its own would have to be planned, and have memory of its own.
          let prepared = try prepared(min(tile, count))
          for (name, value) in arguments {
            let samples = value.samples(first..<(first + size))
            try prepared.executable.write(name, samples.repeatingLast(to: prepared.count))
          }
          try prepared.executable.launch(reading: weights)
          try results.expect(first..<(first + size), of: prepared.executable)
          first += size
        }
        // The device has the next tile to do when the last one's results are waited for.
        if size == 0 || results.isBehind { progress(try await results.next()) }
      } catch let error as DeviceError where error.kind == .outOfMemory {
        let failed = results.forgetPending() ?? (first..<(first + size))
        guard failed.count > 1 else { throw error }
        first = failed.lowerBound
        shrink(from: failed.count)
      }
    }
    return results.outputs()
  }

  private mutating func shrink(from size: Int) {
    (whole, rest) = (nil, nil)
    tile = (size + 1) / 2
  }

  private mutating func prepared(_ size: Int) throws -> Prepared {
    if let known = size == tile ? whole : rest, known.count == size { return known }
    let executable =
      isDivisible
      ? try Executable(samples: size, on: device, options: options, graph)
      : try Executable(graph(size), on: device, options: options)
    let made = Prepared(size, executable)
    if size == tile { whole = made } else { rest = made }
    return made
  }
}

/// Outputs of tiles that are put in their places as they come.
private struct TiledResults {
  /// Samples in all, and for how many there is room: those that fill up the last tile are dropped.
  let count, room: Int
  private var types: [TensorType] = []
  private var bytes: [HostBytes] = []
  /// The tiles whose outputs have not come, in order.
  private var pending: [(samples: Range<Int>, reads: [PendingRead])] = []

  init(count: Int, room: Int) { (self.count, self.room) = (count, room) }

  var isBegun: Bool { !types.isEmpty }
  var isPending: Bool { !pending.isEmpty }
  /// Whether the device has another tile to do after the first that is pending.
  var isBehind: Bool { pending.count > 1 }

  /// Asks for the outputs of a launch.
  mutating func expect(_ samples: Range<Int>, of executable: borrowing Executable) throws {
    if types.isEmpty {
      types = executable.plan.outputs.map {
        TensorType($0.type.shape.replacingFirst(by: count), $0.type.element)
      }
      bytes = types.map { HostBytes(byteCount: $0.byteCount / max(1, count) * room) }
    }
    pending.append((samples, []))
    for (index, target) in bytes.enumerated() {
      let place = samples.lowerBound * (types[index].byteCount / max(1, count))
      pending[pending.count - 1].reads.append(try executable.startReading(index, into: target, at: place))
    }
  }

  /// Waits for the first of the pending tiles.
  ///
  /// - Returns: How many samples are done.
  mutating func next() async throws -> Int {
    for read in pending[0].reads { try await read.wait() }
    return pending.removeFirst().samples.upperBound
  }

  /// Gives up the tiles that have not come.
  ///
  /// - Returns: The samples of the first of them.
  mutating func forgetPending() -> Range<Int>? {
    defer { pending = [] }
    return pending.first?.samples
  }

  func outputs() -> [HostArray] {
    zip(types, bytes).map { type, bytes in
      var all = bytes.take()
      all.removeLast(all.count - type.byteCount)
      return HostArray(type, bytes: all)
    }
  }
}

extension Shape {
  fileprivate func replacingFirst(by count: Int) -> Shape { Shape([count] + extents.dropFirst()) }
}

extension HostArray {
  /// This array with its last sample repeated until there are `count`.
  package func repeatingLast(to count: Int) -> HostArray {
    let missing = count - shape[0]
    guard missing > 0, shape[0] > 0 else { return self }
    let last = samples((shape[0] - 1)..<shape[0]).bytes
    var extents = shape
    extents[0] = count
    return HostArray(
      TensorType(extents, type.element), bytes: bytes + (0..<missing).flatMap { _ in last })
  }

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
