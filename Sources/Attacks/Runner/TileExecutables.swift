internal import Compute

/// Executables for tiles of a few sizes, each made when it is first needed and kept.
final class TileExecutables {
  /// What an executable does.
  enum Task: Hashable {
    case evaluation(loss: String)
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

  init(_ values: [String: HostArray], tile: Int?, on device: any Device) throws {
    self.device = device
    self.tile = tile ?? device.usualTile
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

  /// The smallest size that holds `count` samples: the tile, its half, a quarter and so on.
  func size(holding count: Int) -> Int {
    var size = tile
    while (size + 1) / 2 >= count, size > 1 { size = (size + 1) / 2 }
    return size
  }

  /// Writes the arguments, runs, and lets `read` fetch what it wants.
  ///
  /// - Parameter graph: The computation for a number of samples, asked for once for each task and size.
  /// - Returns: nil when memory ran out; the tile is smaller then.
  func run<Result>(
    _ task: Task, _ arguments: [String: HostArray], size: Int, graph: (Int) throws -> Graph,
    read: (inout Executable) async throws -> Result
  ) async throws -> Result? {
    do {
      let prepared = try prepared(Key(task: task, size: size), graph)
      for (name, value) in arguments { try prepared.executable.write(name, value) }
      try prepared.executable.launch(reading: weights)
      return try await read(&prepared.executable)
    } catch let error as DeviceError where error.kind == .outOfMemory && size > 1 {
      prepared = [:]
      tile = (size + 1) / 2
      return nil
    }
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
