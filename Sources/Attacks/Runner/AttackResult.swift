public import Compute

/// What an attack found, checked from what is returned.
public struct AttackResult: Sendable {
  /// Time, in seconds.
  public struct Seconds: Hashable, Sendable, Codable {
    /// Copying weights, tracing, planning, building kernels.
    public internal(set) var prepare: Double
    /// Classifying the clean images.
    public internal(set) var predict: Double
    /// Attacking, and checking what was found.
    public internal(set) var attack: Double
  }

  /// Everything that was in force.
  public let parameters: AttackParameters
  /// `[N, ...]`: an image that has fallen where one was found, the best one that was seen where the attack
  /// failed, and the clean one where that is misclassified already.
  public let adversarial: HostArray
  /// The samples, in their order.
  public let samples: [SampleResult]
  /// What a reader must know.
  public let findings: [Finding]
  /// What the attack needed: the sum over the samples.
  public let passes: Passes
  /// What the device ran for the attack: with samples that filled up tiles, and steps after a sample fell.
  public let executed: Passes
  /// Where the time went.
  public let seconds: Seconds

  /// The share of all samples whose clean images are classified rightly.
  public var cleanAccuracy: Double { share { $0.isCleanCorrect } }
  /// The share of all samples that are classified rightly and have not fallen.
  public var robustAccuracy: Double { share { $0.isCleanCorrect && !$0.hasFallen } }
  /// The share of all samples that are classified rightly and for which no adversarial image was found as near as this.
  ///
  /// Of an attack that looks for the nearest image this is the whole curve of robust accuracy over budgets; of one within a
  /// budget it says the truth from that budget on alone, and too much below.
  public func robustAccuracy(within budget: Ratio) -> Double {
    share { $0.isCleanCorrect && !($0.hasFallen && $0.distance <= budget.value) }
  }
  /// The share of all samples that are classified rightly and had not fallen after so many queries.
  ///
  /// That is for attacks which stop at the first image found; else queries made after it count, too.
  public func robustAccuracy(afterQueries queries: Int) -> Double {
    share { $0.isCleanCorrect && !($0.hasFallen && $0.passes.forward <= queries) }
  }
  /// The share of the samples classified rightly that have fallen; 0 when there are none.
  public var successRate: Double {
    let attacked = samples.count { $0.isCleanCorrect }
    return attacked == 0 ? 0 : Double(samples.count { $0.hasFallen }) / Double(attacked)
  }

  private func share(_ condition: (SampleResult) -> Bool) -> Double {
    samples.isEmpty ? 0 : Double(samples.count(where: condition)) / Double(samples.count)
  }
}

extension AttackResult: Encodable {
  private enum CodingKeys: String, CodingKey {
    case parameters, cleanAccuracy, robustAccuracy, successRate, passes, executed, findings, seconds, samples
  }

  /// Saves everything but the images.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameters, forKey: .parameters)
    try container.encode(cleanAccuracy, forKey: .cleanAccuracy)
    try container.encode(robustAccuracy, forKey: .robustAccuracy)
    try container.encode(successRate, forKey: .successRate)
    try container.encode(passes, forKey: .passes)
    try container.encode(executed, forKey: .executed)
    try container.encode(findings, forKey: .findings)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(samples, forKey: .samples)
  }
}
