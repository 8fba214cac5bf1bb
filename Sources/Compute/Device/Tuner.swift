/// Measures which launch parameters suit a device, for the layers of a graph.
///
/// No choice changes a bit of any result, so what was found on another machine, or nothing at all, is as correct.
public struct Tuner {
  /// What was found for one layer.
  public struct Finding: Hashable, Sendable {
    /// The kernel and the layer's shape.
    public let layer: String
    /// The fastest choice.
    public let choice: String
    /// Seconds a run spends in the launches of this layer with the choice made without measuring, and with this one.
    public let before, after: Double
  }

  /// What was found, layers in the order of the plan.
  public private(set) var findings: [Finding] = []
  /// Whether every candidate of every layer was measured before the time was over.
  public private(set) var isComplete = false

  /// A choice must save this share of a launch to be preferred to the one made without measuring, so that noise does
  /// not choose.
  private static let gain = 0.03
  private static let repetitions = 5

  private var times: [String: [String: Double]] = [:]
  private var layers: [String] = []
  private var defaults: [String: String] = [:]

  /// Measures the layers of a computation on a device; arguments and parameters are zeros.
  ///
  /// - Parameters:
  ///   - seconds: When to stop; the candidate being measured then is measured to its end.
  ///   - prepare: Prepares the computation with launch parameters.
  /// - Throws: ``DeviceError`` when memory is short or a kernel does not build.
  public init(
    on device: any Device, seconds: Double, _ prepare: (Tuning) throws -> Executable
  ) async throws {
    let start = ContinuousClock.now
    var (position, most) = (0, 1)
    while position < most, ContinuousClock.now - start < .seconds(seconds) || position == 0 {
      most = try await measure(device, position, prepare)
      position += 1
    }
    isComplete = position == most
    findings = layers.compactMap(finding)
  }

  /// The choices to plan with from now on.
  public var tuning: Tuning {
    Tuning(Dictionary(findings.map { ($0.layer, $0.choice) }) { first, _ in first })
  }

  /// Times every launch with the candidate at `position`, where there is one.
  ///
  /// - Returns: The largest number of candidates.
  private mutating func measure(
    _ device: any Device, _ position: Int, _ prepare: (Tuning) throws -> Executable
  ) async throws -> Int {
    var executable = try prepare(.everywhere(position))
    for port in executable.plan.arguments { try executable.write(port.name, HostArray(zeros: port.type)) }
    let parameters = executable.plan.parameters.map { ($0.name, HostArray(zeros: $0.type)) }
    var weights = try Weights(Dictionary(parameters) { first, _ in first }, on: device)
    // The first repetition warms up.
    let measured = try await executable.profile(repetitions: Tuner.repetitions + 1, updating: &weights)
    var most = 1
    var sums: [String: Double] = [:]
    for (counted, time) in zip(executable.plan.launches(of: .run), measured) {
      guard let tunable = counted.launch.tunable else { continue }
      most = max(most, tunable.candidates.count)
      guard tunable.position == position else { continue }
      if position == 0, defaults[tunable.layer] == nil {
        layers.append(tunable.layer)
        defaults[tunable.layer] = tunable.candidates[0]
      }
      sums[tunable.layer, default: 0] += time.seconds.dropFirst().sorted()[Tuner.repetitions / 2]
      times[tunable.layer, default: [:]][tunable.candidates[position]] = sums[tunable.layer]
    }
    return most
  }

  private func finding(_ layer: String) -> Finding? {
    guard let usual = defaults[layer], let known = times[layer], let before = known[usual] else { return nil }
    let best = known.min { ($0.value, $0.key) < ($1.value, $1.key) }
    guard let best, best.value < before * (1 - Tuner.gain) else {
      return Finding(layer: layer, choice: usual, before: before, after: before)
    }
    return Finding(layer: layer, choice: best.key, before: before, after: best.value)
  }
}

extension HostArray {
  /// Zeros, or false.
  fileprivate init(zeros type: TensorType) {
    self.init(type, bytes: [UInt8](repeating: 0, count: type.byteCount))
  }
}
