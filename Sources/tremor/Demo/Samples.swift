import Attacks
import Compute
import Datasets

/// The inputs of a graph that works on a batch of samples.
struct SampleInputs {
  /// `[N, 1, 8, 8]`, pixels 0...1.
  let images: Tensor
  /// The classes, `int32[N]`.
  let labels: Tensor
  /// The positions in the data set, `int32[N]`.
  let indices: Tensor

  init(_ scope: Scope, count: Int) {
    images = scope.input("images", [count, 1, 8, 8])
    labels = scope.input("labels", [count], .int32)
    indices = scope.input("indices", [count], .int32)
  }

  /// These samples as the victims of an attack on `classifier`.
  func victim(of classifier: @escaping Classifier, seed: UInt64, step: Tensor? = nil) -> Victim {
    let randomness = Randomness(seed: seed, samples: indices)
    return Victim(
      classifier, images: images, labels: labels, randomness: step.map { randomness.step($0) } ?? randomness)
  }
}

/// The values of ``SampleInputs``, taken from a data set.
struct SampleReader: Sendable {
  private let images: [Float]
  private let labels: [Int32]
  private let imageShape: [Int]

  init(_ data: LabeledImages) {
    images = data.images
    labels = data.labels
    imageShape = data.imageShape
  }

  /// The samples at these positions.
  func arrays(_ positions: [Int]) -> [String: HostArray] {
    let size = imageShape.reduce(1, *)
    let pixels = positions.flatMap { images[$0 * size..<($0 + 1) * size] }
    return [
      "images": HostArray(Shape([positions.count] + imageShape), pixels),
      "labels": HostArray([positions.count], positions.map { labels[$0] }),
      "indices": HostArray([positions.count], positions.map(Int32.init)),
    ]
  }
}
