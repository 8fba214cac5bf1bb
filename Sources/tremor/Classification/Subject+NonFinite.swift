import Compute
import Datasets
import Networks

extension Subject {
  /// Which samples have derivatives that are not finite, and where in the model the first of them ceases to be.
  ///
  /// Nothing else depends on such a sample.
  ///
  /// - Parameter derivatives: `[N, ...]`.
  func nonFiniteDerivatives(
    _ derivatives: HostArray, _ quantity: ModelEvaluation.Quantity
  ) throws -> Warning? {
    let values = derivatives.floats
    let size = values.count / max(1, count)
    let wild = (0..<count).compactMap { sample -> (sample: Int, element: Int)? in
      let own = values[(sample * size)..<((sample + 1) * size)]
      return own.firstIndex { !$0.isFinite }.map { (sample, $0 - sample * size) }
    }
    guard let first = wild.first else { return nil }
    let rowSize = size / (derivatives.shape.rank > inputs.shape.rank ? derivatives.shape[1] : 1)
    let place = try model.placeOfNonFiniteDerivative(
      quantity, at: inputs.samples(first.sample..<(first.sample + 1)), label: samples.labels[first.sample],
      row: first.element / max(1, rowSize))
    let value = values[first.sample * size + first.element]
    let others = wild.dropFirst().prefix(8).map { "\(samples.number(of: $0.sample))" }
    let more = wild.count > 9 ? ", ..." : ""
    let list =
      others.isEmpty
      ? "" : "; also sample\(others.count == 1 ? "" : "s") \(others.joined(separator: ", "))\(more)"
    return Warning(
      kind: "nonFiniteDerivatives",
      message:
        "\(wild.count) of \(count) samples: the model's derivatives are not finite: sample "
        + "\(samples.number(of: first.sample)) of \(samples.name): number \(first.element) is \(value)"
        + (place.map { ", from \($0) on" } ?? "")
        + list
        + "; they are stored as they are, and no other sample depends on them")
  }
}
