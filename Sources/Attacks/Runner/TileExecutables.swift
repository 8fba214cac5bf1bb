internal import Compute

/// Executables for tiles of a few sizes, each made when it is first needed and kept.
final class TileExecutables {
  /// What an executable does.
  enum Task: Hashable {
    case evaluation(objective: Int)
    case stage(Stage.Kind)
  }

  private struct Key: Hashable {
    let task: Task
    let size: Int
  }

  private final class Prepared {
    var executable: Executable
    init(_ executable: consuming Executable) { self.executable = executable }
  }

  let device: any Device
  /// The most samples of a tile; smaller after memory ran out.
  private(set) var tile: Int
  /// Time spent on tracing, planning and building.
  private(set) var preparation: Duration = .zero
  private var unreported: Duration = .zero
  private let weights: Weights
  private var prepared: [Key: Prepared] = [:]

  init(_ values: [String: HostArray], tile: Int, on device: any Device) throws {
    self.device = device
    self.tile = tile
    let start = ContinuousClock.now
    weights = try Weights(values, on: device)
    spend(ContinuousClock.now - start)
  }

  /// The preparation since the last call.
  func takeUnreported() -> Duration {
    defer { unreported = .zero }
    return unreported
  }

  private func spend(_ duration: Duration) {
    preparation += duration
    unreported += duration
  }

  /// The size of a tile for `count` samples: whole or, where that does, a third.
  ///
  /// Every size has an executable of its own, which takes time to plan and memory to run in, so there are no more of them.
  func size(holding count: Int) -> Int { 3 * count <= tile ? (tile + 2) / 3 : tile }

  /// Starts a task without waiting for it.
  ///
  /// - Parameter graph: The computation for a number of samples, asked for once for each task and size.
  /// - Returns: nil when memory ran out; the tile is smaller then.
  func start(
    _ task: Task, _ arguments: TileArguments, graph: (Int) throws -> Graph
  ) throws -> PendingOutputs? {
    do {
      let prepared = try prepared(Key(task: task, size: arguments.size), graph)
      for (name, value) in arguments.values { try prepared.executable.write(name, value) }
      try prepared.executable.launch(reading: weights)
      return try prepared.executable.startReadingAll()
    } catch let error as DeviceError {
      try shrink(after: error, size: arguments.size)
      return nil
    }
  }

  /// The outputs of what was started.
  ///
  /// - Returns: nil when memory ran out; the tile is smaller then.
  func outputs(of pending: PendingOutputs, size: Int) async throws -> [HostArray]? {
    do {
      return try await pending.outputs()
    } catch let error as DeviceError {
      try shrink(after: error, size: size)
      return nil
    }
  }

  private func shrink(after error: DeviceError, size: Int) throws {
    guard error.kind == .outOfMemory, size > 1 else { throw error }
    prepared = [:]
    tile = min(tile, (size + 1) / 2)
  }

  /// Forgets what only one attack can use.
  func forgetStages() {
    prepared = prepared.filter { key, _ in if case .evaluation = key.task { true } else { false } }
  }

  private func prepared(_ key: Key, _ graph: (Int) throws -> Graph) throws -> Prepared {
    if let known = prepared[key] { return known }
    let start = ContinuousClock.now
    let made = Prepared(try Executable(samples: key.size, on: device, graph))
    prepared[key] = made
    spend(ContinuousClock.now - start)
    return made
  }
}
