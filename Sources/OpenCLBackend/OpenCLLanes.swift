import Compute

/// A plan run on several parts of a processor side by side, each with memory of its own but for parameters and what the
/// setup makes.
final class OpenCLLanes: Session {
  private let engine: OpenCLEngine
  private let lanes: [OpenCLSession]

  init(_ plan: Plan, lanes: Int, _ engine: OpenCLEngine) throws {
    self.engine = engine
    self.lanes = try engine.laneQueues.prefix(lanes).map { try OpenCLSession(plan, engine, lane: $0) }
    precondition(self.lanes.count == lanes, "there are as many lanes as the device says")
  }

  func write(_ bytes: [UInt8], to range: Plan.Range) throws {
    let isShared = bytes.count == range.count
    precondition(isShared || bytes.count == range.count * lanes.count, "a write covers whole ranges")
    for (index, lane) in lanes.enumerated() {
      let first = index * range.count
      try lane.write(isShared ? bytes : Array(bytes[first..<(first + range.count)]), to: range)
    }
  }

  func makeSetupMemory() throws -> any DeviceBuffer { try lanes[0].makeSetupMemory() }

  func bind(_ parameters: [any DeviceBuffer], setup: any DeviceBuffer) throws {
    for lane in lanes { try lane.bind(parameters, setup: setup) }
    // Lanes do not wait for what was written to the parameters and made of them.
    engine.queue.drain()
  }

  func launch(_ steps: LaunchedSteps) throws {
    switch steps {
    case .setup:
      try lanes[0].launch(.setup)
      lanes[0].queue.drain()
    case .run:
      for lane in lanes { try lane.launch(.run) }
    }
  }

  func startReading(_ range: Plan.Range, into target: HostBytes, at offset: Int) throws -> PendingRead {
    let reads = try lanes.enumerated().map { index, lane in
      try lane.startReading(range, into: target, at: offset + index * range.count)
    }
    return PendingRead { for read in reads { try await read.wait() } }
  }

  /// The times of the first lane, while the others do nothing.
  func profile(_ steps: LaunchedSteps, repetitions: Int) async throws -> [LaunchTime] {
    engine.drainLanes()
    return try await lanes[0].profile(steps, repetitions: repetitions)
  }
}
