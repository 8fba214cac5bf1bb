/// Why a model cannot be trained, or was not.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The images and labels do not fit together, or do not fit the model.
  case data(String)
  /// The settings of a trainer make no sense.
  case settings(String)
  /// The loss of an epoch, counted from 1, is no number.
  case diverged(epoch: Int)

  /// What is wrong, and what to do about it.
  public var description: String {
    switch self {
    case .data(let reason), .settings(let reason): reason
    case .diverged(let epoch):
      "training diverged: the loss of epoch \(epoch) is not finite; lower the learning rate or warm up for longer"
    }
  }
}
