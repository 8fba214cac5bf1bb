import Compute

/// What operators that draw random numbers are told about the model they are in.
///
/// In inference every sample has the same draws, which depend on the file, the node and the pass through loops alone: so results depend neither on the
/// batch nor on a sample's place in it, and an image has one result. In training they are drawn for each sample.
struct RandomContext {
  /// The number of samples along the first axis, if samples are counted there.
  var samples: Int?
  /// Draws for each sample; nil in inference.
  var fresh: Randomness?
  /// The passes through the loops around the operator, the outermost first.
  var passes: [Int] = []
  /// How the model is trained; nil in inference.
  var training: TrainingContext?
}
