internal import Compute

/// What an attack has found, before it is checked.
struct AttackFound {
  var outcomes: [Int: Outcome] = [:]
  /// The best point of every sample, the clean image where none is better.
  var images: SampleImages
  /// What the device ran.
  var executed = Passes()
  /// Samples whose restarts were not all made, because the task was cancelled, and for which more could be found.
  var interrupted: Set<Int> = []

  init(_ samples: AttackSamples) { images = SampleImages(samples) }
}
