/// Something that a reader of numbers found with a model should know.
public struct ModelRemark: Hashable, Sendable, Codable {
  /// What kind it is, for scripts.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// The model rounds to quantised integers, and derivatives pass straight through.
    case quantised
    /// The model draws random numbers.
    case random
    /// One number is taken as the logits of two classes.
    case singleLogit
    /// The output has no axis of samples.
    case noSampleAxis
    /// The model takes a fixed number of samples at a time.
    case fixedBatch
    /// One of several outputs was taken, though none was named.
    case outputTaken
  }

  /// What kind it is.
  public let kind: Kind
  /// What it is and what it means, in one line that names the file where it is about a part of it.
  public let message: String

  init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
}
