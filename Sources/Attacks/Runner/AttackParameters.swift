public import Compute

/// Everything that was in force when an attack ran.
public struct AttackParameters: Hashable, Sendable, Encodable {
  /// The attack's name.
  public let attack: String
  /// How perturbations are measured.
  public let norm: VectorNorm
  /// The largest perturbation, in units of pixels; nil where the nearest image was sought.
  public let budget: Ratio?
  /// When an image counted as adversarial.
  public let criterion: Criterion
  /// The attack's own parameters.
  public let settings: [String: ParameterValue]
  /// What was maximised.
  public let loss: String
  /// Whether samples had targets.
  public let isTargeted: Bool
  /// What the attack asked of the model.
  public let access: ModelAccess
  /// Steps of a restart; nil for an attack that has none.
  public let steps: Int?
  /// Starts tried for a sample.
  public let restarts: Int
  /// What random numbers were drawn from.
  public let seed: UInt64
  /// Whether samples were dropped once they had fallen.
  public let stopsEarly: Bool
  /// Samples of a tile, as large as memory allowed; it has no influence on the result.
  public let tile: Int
  /// Steps between two looks of the host; it has no influence on the result.
  public let chunk: Int
  /// Where it ran.
  public let device: String
}
