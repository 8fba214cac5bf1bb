public import Attacks
public import Compute

/// A classifier with samples to attack.
public struct AttackSubject: Sendable {
  /// The model, from images to logits.
  public let classifier: @Sendable (Tensor) -> Tensor
  /// `[N, ...]`, pixels in range.
  public let images: HostArray
  /// The class of each image.
  public let labels: [Int32]

  /// Puts a model and samples together; most samples should be classified rightly.
  public init(_ classifier: @escaping @Sendable (Tensor) -> Tensor, images: HostArray, labels: [Int32]) {
    self.classifier = classifier
    self.images = images
    self.labels = labels
  }
}

/// Checks everything an attack promises: its images are within reach, accuracy falls the more it may do, and
/// a sample's image is the same bits in every batch.
///
/// - Parameters:
///   - radii: Budgets, smallest first; the largest must make the model fail on most samples.
///   - attack: The attack under test for a budget.
/// - Throws: The first law that does not hold.
public func checkAttack(
  _ subject: AttackSubject, radii: [Double], on device: any Device, threat: (Double) -> ThreatModel,
  attack: (ThreatModel) throws -> any Attack
) async throws {
  var accuracies = [try await run(subject, nil, batch: subject.labels.count, on: device).accuracy]
  for radius in radii {
    let threat = threat(radius)
    let whole = try await run(subject, try attack(threat), batch: subject.labels.count, on: device)
    try requireInside(
      whole.images, around: subject.images.floats, samples: subject.labels.count, threat,
      "attack within \(threat)")
    for batch in [1, 7] where radius == radii.last {
      let parts = try await run(subject, try attack(threat), batch: batch, on: device)
      try require(
        parts.images == Array(whole.images.prefix(parts.images.count)),
        "\(threat): a batch of \(batch) gives other images than one of \(subject.labels.count)")
    }
    accuracies.append(whole.accuracy)
  }
  try require(accuracies[0] > 0.8, "the model is right on a share of \(accuracies[0]) only")
  try require((accuracies.last ?? 1) < accuracies[0] / 2, "accuracies \(accuracies) hardly fall")
  for (smaller, larger) in zip(accuracies, accuracies.dropFirst()) {
    try require(larger <= smaller, "accuracy rises with the budget: \(accuracies)")
  }
}

/// Checks everything an attack that looks for the nearest images promises: what it returns is in the range of pixels and
/// misclassified, or the clean image, nearly always the former, and is the same bits in every batch.
///
/// - Throws: The first law that does not hold.
public func checkNearest(
  _ subject: AttackSubject, _ attack: any Attack, on device: any Device
) async throws {
  let count = subject.labels.count
  let clean = try await run(subject, nil, batch: count, on: device)
  let whole = try await run(subject, attack, batch: count, on: device)
  for batch in [1, 7] {
    let parts = try await run(subject, attack, batch: batch, on: device)
    try require(
      parts.images == Array(whole.images.prefix(parts.images.count)),
      "a batch of \(batch) gives other images than one of \(count)")
  }
  let range = Float(attack.goal.geometry.pixels.lowerBound)...Float(attack.goal.geometry.pixels.upperBound)
  try require(whole.images.allSatisfy(range.contains), "pixels leave \(range)")
  try require(clean.accuracy > 0.8, "the model is right on a share of \(clean.accuracy) only")
  try require(whole.accuracy < 0.05, "a share of \(whole.accuracy) is still classified rightly")
}

/// The attacked images, in whole batches from the front, and the share that is classified rightly.
private func run(
  _ subject: AttackSubject, _ attack: (any Attack)?, batch: Int, on device: any Device
) async throws -> (images: [Float], accuracy: Double) {
  let sample = Array(subject.images.shape.extents.dropFirst())
  let shape = Shape([batch] + sample)
  let graph = try Graph { scope in
    let images = scope.input("images", shape)
    let labels = scope.input("labels", [batch], .int32)
    let randomness = Randomness(seed: 3, samples: scope.input("indices", [batch], .int32))
    let victim = Victim(subject.classifier, images: images, labels: labels, randomness: randomness)
    let attacked = attack?.perturb(victim) ?? images
    return [attacked, subject.classifier(attacked).predicts(labels)]
  }
  var executable = try Executable(graph, on: device)
  var (images, correct): ([Float], [UInt8]) = ([], [])
  let pixels = subject.images.floats
  // A few batches tell as much as all.
  for first in stride(from: 0, through: subject.labels.count - batch, by: batch).prefix(3) {
    let results = try await executable.run([
      "images": HostArray(
        shape, Array(pixels[first * shape.count / batch..<(first + batch) * shape.count / batch])),
      "labels": HostArray([batch], Array(subject.labels[first..<first + batch])),
      "indices": HostArray([batch], (first..<first + batch).map(Int32.init)),
    ])
    images += results[0].floats
    correct += results[1].bytes
  }
  return (images, Double(correct.reduce(0) { $0 + Int($1) }) / Double(correct.count))
}
