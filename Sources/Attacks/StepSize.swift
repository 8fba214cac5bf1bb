public import Compute

/// How far a step of an attack goes, in the norm of its threat model.
public enum StepSize: Hashable, Sendable {
  /// In units of pixels.
  case absolute(Ratio)
  /// As a share of the radius.
  case relative(Double)

  /// The length in units of pixels, for images of this shape, `[N, ...]`.
  ///
  /// A share of a radius that reaches every image is one of the distance between opposite corners of the range of pixels.
  public func length(in threat: ThreatModel, for images: Tensor) -> Double {
    switch self {
    case .absolute(let length): length.value
    case .relative(let share):
      min(ratio(in: threat).value, share * threat.geometry.diameter(of: images.shape.withoutSamples))
    }
  }

  /// The length as it was given, or the share of the budget as that was given: a quarter of 8/255 is 2/255.
  public func ratio(in threat: ThreatModel) -> Ratio {
    switch self {
    case .absolute(let length): length
    case .relative(let share): threat.budget.scaled(by: share)
    }
  }
}

extension StepSize: CustomStringConvertible {
  /// As the command line writes it: `2/255`, or `0.25eps` for a share of the budget.
  public var description: String {
    switch self {
    case .absolute(let length): "\(length)"
    case .relative(let share): "\(share)eps"
    }
  }

  /// Reads what ``description`` writes.
  ///
  /// - Throws: ``AttackError`` of kind `usage` for what is neither.
  public init(parsing text: String) throws {
    guard text.hasSuffix("eps") else {
      self = .absolute(try Ratio(parsing: text))
      return
    }
    guard let share = Double(text.dropLast(3)), share >= 0, share.isFinite else {
      throw AttackError(.usage, "'\(text)' is no step size: a share of the budget is written as in 0.25eps")
    }
    self = .relative(share)
  }
}

extension Shape {
  /// The shape of one of the samples that the first axis counts.
  var withoutSamples: Shape { Shape(Array(extents.dropFirst())) }
}
