import Compute
import Datasets
import Networks

extension Subject {
  /// Which samples have outputs that are not finite; they have no prediction, and nothing else depends on them.
  ///
  /// - Parameter logits: `[N, K]`.
  /// - Throws: A ``CommandFailure`` where no sample has finite outputs.
  func nonFiniteOutputs(_ logits: HostArray) throws -> Warning? {
    guard let wild = WildSamples(logits, count: count) else { return nil }
    let what = "the model's outputs are not finite: \(wild.text(self))"
    guard wild.samples.count < count else { throw CommandFailure("\(classifier.path): \(what)") }
    return Warning(
      kind: "nonFiniteLogits",
      message:
        "\(wild.samples.count) of \(count) samples: \(what); they have no prediction and count as wrong",
      samples: wild.samples.count)
  }

  /// Which samples have derivatives that are not finite, and where in the model the first of them ceases to be.
  ///
  /// Nothing else depends on such a sample.
  ///
  /// - Parameter derivatives: `[N, ...]`.
  func nonFiniteDerivatives(
    _ derivatives: HostArray, _ quantity: ModelEvaluation.Quantity
  ) throws -> Warning? {
    guard let wild = WildSamples(derivatives, count: count) else { return nil }
    let size = derivatives.shape.count / count
    let rowSize = size / (derivatives.shape.rank > inputs.shape.rank ? derivatives.shape[1] : 1)
    let first = wild.samples[0]
    let place = try model.placeOfNonFiniteDerivative(
      quantity, at: inputs.samples(first..<(first + 1)), label: samples.labels[first],
      row: wild.element / max(1, rowSize))
    return Warning(
      kind: "nonFiniteDerivatives",
      message:
        "\(wild.samples.count) of \(count) samples: the model's derivatives are not finite: "
        + wild.text(self, place: place)
        + "; they are stored as they are, and no other sample depends on them",
      samples: wild.samples.count)
  }
}

/// The samples that have numbers that are not finite.
private struct WildSamples {
  /// Counted from 0, ascending; at least one.
  let samples: [Int]
  /// Which number of the first of them is not finite, and what it is.
  let element: Int
  let value: Float

  /// - Parameter array: `[N, ...]`.
  /// - Returns: nil where all numbers are finite.
  init?(_ array: HostArray, count: Int) {
    let values = array.floats
    guard let first = values.firstIndex(where: { !$0.isFinite }) else { return nil }
    let size = values.count / count
    samples = (first / size..<count).filter { sample in
      !values[(sample * size)..<((sample + 1) * size)].allSatisfy(\.isFinite)
    }
    (element, value) = (first % size, values[first])
  }

  /// The first of them with its number, and the names of a few others.
  func text(_ subject: Subject, place: String? = nil) -> String {
    let data = subject.samples
    let others = samples.dropFirst().prefix(8).map { "\(data.number(of: $0))" }
    let list = others.joined(separator: ", ") + (samples.count > 9 ? ", ..." : "")
    return "sample \(data.number(of: samples[0])) of \(data.name): number \(element) is \(value)"
      + (place.map { ", from \($0) on" } ?? "")
      + (others.isEmpty ? "" : "; also sample\(others.count == 1 ? "" : "s") \(list)")
  }
}
