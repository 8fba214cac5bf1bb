/// How far a step of an attack goes, in the norm of its threat model.
public enum StepSize: Hashable, Sendable {
  /// In units of pixels.
  case absolute(Ratio)
  /// As a share of the radius.
  case relative(Double)

  /// The length in units of pixels.
  public func length(in threat: some ThreatModel) -> Double {
    switch self {
    case .absolute(let length): length.value
    case .relative(let share): share * threat.radius
    }
  }

  /// The length as it was given, or as a number where it is a share.
  public func ratio(in threat: some ThreatModel) -> Ratio {
    switch self {
    case .absolute(let length): length
    case .relative(1): threat.budget
    case .relative: Ratio(length(in: threat))
    }
  }
}
