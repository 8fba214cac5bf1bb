import ArrayFiles
import Attacks
import Compute
import Datasets
import Networks

/// Which samples are attacked, and the class that each is to be mistaken for.
struct Targets {
  let positions: [Int]
  let classes: [Int32]
  /// What was decided on the way.
  let finding: Warning?
}

extension Subject {
  /// Chooses targets.
  ///
  /// - Throws: A ``CommandFailure`` for a class that there is not, and where no sample is left; what computing throws.
  func targets(
    by choice: TargetChoice, seed: UInt64, tile: Int?, on device: any Device
  ) async throws -> Targets {
    guard classCount >= 2 else {
      throw CommandFailure("\(classifier.path): with \(classCount) class there is none to be mistaken for")
    }
    let own = samples.labels
    func all(_ classes: [Int32]) -> Targets {
      Targets(positions: Array(own.indices), classes: classes, finding: nil)
    }
    switch choice {
    case .next: return all(own.map { ($0 + 1) % Int32(classCount) })
    case .leastLikely: return all(leastLikely(try await outputs(for: inputs, tile: tile, on: device).floats))
    case .random: return all(try others(seed: seed))
    case .named(let name):
      let target = try number(ofClass: name)
      let kept = own.indices.filter { own[$0] != target }
      guard !kept.isEmpty else {
        throw CommandFailure("\(samples.name): --targeted \(name): every sample is of this class already")
      }
      let message =
        "\(samples.name): --targeted \(name): \(count - kept.count) samples of this class are left out"
      return Targets(
        positions: kept, classes: kept.map { _ in target },
        finding: kept.count == count ? nil : Warning(kind: "targets", message: message))
    }
  }

  /// What the model gives for images in place of the samples, `[N, K]`.
  func outputs(for images: HostArray, tile: Int?, on device: any Device) async throws -> HostArray {
    let weights = try Weights(model.values, on: device)
    let sample = Shape(Array(inputs.shape.extents.dropFirst()))
    var evaluation = try ModelEvaluation(.outputs, of: model, sample: sample, tile: tile, on: device)
    return logits(try await evaluation.run(images, labels: labels, reading: weights)[0])
  }

  private func leastLikely(_ logits: [Float]) -> [Int32] {
    samples.labels.enumerated().map { sample, label in
      let row = logits[(sample * classCount)..<((sample + 1) * classCount)]
      let others = row.enumerated().filter { $0.offset != Int(label) }
      return Int32(others.min { $0.element < $1.element }?.offset ?? 0)
    }
  }

  /// A class other than the label for each sample; the draw belongs to the sample's number within the data.
  private func others(seed: UInt64) throws -> [Int32] {
    let numbers = (0..<count).map { Int32(truncatingIfNeeded: samples.number(of: $0)) }
    let graph = try Graph { scope in
      let randomness = Randomness(seed: seed, samples: scope.constant(HostArray([count], numbers)))
      return [randomness.uniform([1])]
    }
    return zip(try graph.interpret([:])[0].values, samples.labels).map { draw, label in
      let other = min(Int32(draw * Double(classCount - 1)), Int32(classCount - 2))
      return other < label ? other : other + 1
    }
  }

  private func number(ofClass name: String) throws -> Int32 {
    if let number = samples.classNames?.firstIndex(of: name) ?? Int(name), (0..<classCount).contains(number) {
      return Int32(number)
    }
    let known =
      samples.classNames.map { $0.prefix(20).joined(separator: ", ") } ?? "the numbers 0 to \(classCount - 1)"
    throw CommandFailure("\(samples.name): --targeted \(name): there is no such class; there are \(known)")
  }
}
