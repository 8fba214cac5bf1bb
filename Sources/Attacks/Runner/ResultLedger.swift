internal import Compute

/// Puts together what is returned, image by image, after the final check.
struct ResultLedger {
  private(set) var samples: [SampleResult]
  private(set) var images: SampleImages
  private let input: AttackSamples
  private let goal: Goal

  /// A point that is within reach.
  struct Candidate {
    let sample: Int
    let distance: Double
  }

  /// Every sample with the best point that was found.
  init(
    _ input: AttackSamples, _ goal: Goal, _ clean: Evaluation, _ areCorrect: [Bool],
    _ images: SampleImages
  ) {
    self.input = input
    self.goal = goal
    self.images = images
    let classes = clean.classes
    samples = input.labels.indices.map { sample in
      var result = SampleResult(
        index: input.indices[sample], label: input.labels[sample], target: input.targets?[sample],
        isCleanCorrect: areCorrect[sample])
      result.loss = clean.loss[sample].isFinite ? clean.loss[sample] : nil
      (result.cleanClass, result.adversarialClass) = (classes[sample], classes[sample])
      if !clean.isFinite[sample] { result.flags.insert(.nonFiniteLogits) }
      return result
    }
  }

  /// Takes over the samples that a smaller budget has brought down.
  mutating func carryOver(_ previous: AttackResult) {
    for (sample, before) in previous.samples.enumerated() where before.hasFallen {
      samples[sample] = before
      samples[sample].passes = Passes()
      samples[sample].flags.insert(.carriedOver)
      images.store(previous.adversarial.row(sample), sample)
    }
  }

  /// The points that are within reach; the others are flagged, and their samples keep the clean image.
  mutating func reachable(_ outcomes: [Int: Outcome]) -> [Candidate] {
    outcomes.keys.sorted().compactMap { sample in
      guard outcomes[sample]?.isFound == true else { return Candidate(sample: sample, distance: 0) }
      let image = HostArray.floats(images[sample])
      let distance = goal.geometry.norm.distance(image, from: HostArray.floats(input.image(sample)))
      if goal.contains(image, distance: distance) {
        return Candidate(sample: sample, distance: distance)
      }
      samples[sample].flags.insert(.outOfReach)
      images.restore(sample)
      return nil
    }
  }

  /// Notes which samples were not attacked to the end.
  mutating func flag(interrupted: Set<Int>) {
    for sample in interrupted { samples[sample].flags.insert(.interrupted) }
  }

  /// Records what the outcomes say and a second pass confirms.
  mutating func record(
    _ candidates: [Candidate], _ outcomes: [Int: Outcome], _ evaluation: Evaluation
  ) {
    for (sample, outcome) in outcomes {
      samples[sample].flags.formUnion(outcome.flags)
      samples[sample].passes = outcome.passes
    }
    let classes = evaluation.classes
    for (row, candidate) in candidates.enumerated() {
      guard let outcome = outcomes[candidate.sample] else { continue }
      guard evaluation.hasFallen[row] == (outcome.fall != nil) else {
        samples[candidate.sample].flags.insert(.notConfirmed)
        images.restore(candidate.sample)
        continue
      }
      samples[candidate.sample].adversarialClass = classes[row]
      let fall = samples[candidate.sample].isCleanCorrect ? outcome.fall : nil
      samples[candidate.sample].hasFallen = fall != nil
      samples[candidate.sample].step = fall?.step
      samples[candidate.sample].restart = fall?.restart
      samples[candidate.sample].loss = evaluation.loss[row].isFinite ? evaluation.loss[row] : nil
      samples[candidate.sample].distance = candidate.distance
    }
  }
}
