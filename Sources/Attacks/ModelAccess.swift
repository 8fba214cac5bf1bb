/// What an attack asks of a model.
public enum ModelAccess: String, Hashable, Sendable, Codable {
  /// Derivatives.
  case gradients
  /// Logits alone: what counts are queries.
  case scores
  /// Whether the criterion is met, and nothing else.
  case decisions
}
