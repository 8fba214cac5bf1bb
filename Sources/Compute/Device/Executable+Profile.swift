extension Executable {
  /// Runs a graph without parameters a number of times and measures each launch by itself.
  ///
  /// The values computed are those of as many ordinary runs. Every launch waits for the one before, and a clock is
  /// read between them, so the sum is somewhat more than the time of a run.
  ///
  /// - Returns: A time for each of ``Plan/launches(of:)``, in that order; those in a loop summed over its iterations.
  /// - Throws: ``DeviceError`` for a missing argument or a graph with parameters.
  public mutating func profile(
    _ steps: LaunchedSteps = .run, repetitions: Int
  ) async throws -> [LaunchTime] {
    guard let first = plan.parameters.first else { return try await measure(steps, repetitions) }
    throw DeviceError(
      .misuse, on: device.name, "the graph has parameters such as '\(first.name)'; profile it with weights")
  }

  /// The same for a graph that reads parameters.
  ///
  /// - Throws: ``DeviceError`` for a missing argument, a missing parameter, or a graph that changes them.
  public mutating func profile(
    _ steps: LaunchedSteps = .run, repetitions: Int, reading weights: borrowing Weights
  ) async throws -> [LaunchTime] {
    guard !plan.updatesParameters else {
      throw DeviceError(
        .misuse, on: device.name, "the graph changes its parameters; profile it with updating:")
    }
    try bind(weights)
    return try await measure(steps, repetitions)
  }

  /// The same for a graph that changes parameters, which every repetition does.
  ///
  /// - Throws: ``DeviceError`` for a missing argument or a missing parameter.
  public mutating func profile(
    _ steps: LaunchedSteps = .run, repetitions: Int, updating weights: inout Weights
  ) async throws -> [LaunchTime] {
    try bind(weights)
    let times = try await measure(steps, repetitions)
    remember(&weights)
    return times
  }

  private mutating func measure(
    _ steps: LaunchedSteps, _ repetitions: Int
  ) async throws -> [LaunchTime] {
    guard repetitions >= 1 else {
      throw DeviceError(.misuse, on: device.name, "\(repetitions) repetitions: at least 1 is needed")
    }
    try requireReady()
    return try await session.profile(steps, repetitions: repetitions)
  }
}
