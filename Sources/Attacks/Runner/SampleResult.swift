/// What became of one sample.
public struct SampleResult: Hashable, Sendable, Codable {
  /// Things worth knowing about a sample.
  public enum Flag: String, Hashable, Sendable, Codable, CaseIterable {
    /// Its logits were not finite, at the clean image or on the way; such points never count as found.
    case nonFiniteLogits
    /// The gradient at the start was exactly 0 in every component, so the first step went nowhere.
    case zeroGradient
    /// The gradient at the start was infinite or NaN in some component; an infinite one went on as the largest number of
    /// its sign, and one that is NaN as 0.
    case nonFiniteGradient
    /// The image found is not within the budget or the range of pixels; it is not returned and does not
    /// count.
    case outOfReach
    /// A second forward pass does not find the image misclassified; it is not returned and does not count.
    case notConfirmed
    /// The image was found with a smaller budget.
    case carriedOver
    /// The attack was interrupted before all steps and restarts of the sample were made.
    case interrupted
  }

  /// Its original index.
  public let index: Int32
  /// Its class.
  public let label: Int32
  /// The class it is to be mistaken for, if any.
  public let target: Int32?
  /// Whether the clean image is classified rightly: no other logit exceeds the label's, and all are finite.
  public let isCleanCorrect: Bool
  /// What the model takes the clean image for: the first largest logit; nil where logits are not finite.
  public internal(set) var cleanClass: Int32?
  /// What the model takes the image returned for.
  public internal(set) var adversarialClass: Int32?
  /// Whether it was classified rightly and an image was found that is not, or that reaches the target.
  public internal(set) var hasFallen = false
  /// After how many steps it fell first, counted from the start of the restart; nil while it stands.
  public internal(set) var step: Int?
  /// In which restart it fell first, from 0; nil while it stands.
  public internal(set) var restart: Int?
  /// The attack's loss at the image returned; nil where it is not finite.
  public internal(set) var loss: Float?
  /// The distance of the image returned from the clean one, in the norm of the threat model, in units of
  /// pixels.
  public internal(set) var distance: Double = 0
  /// What the attack needed for it.
  ///
  /// That is without the pass before the attack and the one after it, and without steps that a tile made
  /// after the sample fell.
  public internal(set) var passes = Passes()
  /// What is worth knowing about it.
  public internal(set) var flags: Set<Flag> = []
}
