import ArrayFiles
import Compute
import DeviceSelection

/// What `tremor tune` found.
struct TuneReport: Encodable {
  struct Layer: Encodable {
    let layer: String
    let choice: String
    /// Milliseconds that a run spends there with the choice made without measuring, and with this one.
    let before, after: Double
  }

  let model: ModelPart
  let what: BenchQuantity
  let batch: Int
  let layers: [Layer]
  let isComplete: Bool
  let isKept: Bool

  init(
    _ subject: BenchSubject, _ computation: BenchComputation, _ tuner: Tuner, isKept: Bool
  ) {
    model = subject.part
    what = computation.quantity
    batch = computation.batch
    layers = tuner.findings.map {
      Layer(layer: $0.layer, choice: $0.choice, before: $0.before * 1000, after: $0.after * 1000)
    }
    isComplete = tuner.isComplete
    self.isKept = isKept
  }

  /// For people.
  func text(_ subject: BenchSubject, _ entry: DeviceEntry) -> String {
    let name = subject.name.printable
    let header = "\(name), batch \(batch), \(what.title)\n\(DevicePart(entry).text)\n"
    guard !layers.isEmpty else {
      return header + "\nNo kernel that this plan launches has parameters to choose between here."
    }
    var table = Table(["layer", "choice", "ms before", "ms now"])
    for layer in layers {
      table.add([layer.layer, layer.choice, number(layer.before), number(layer.after)])
    }
    let (before, after) = (layers.map(\.before).reduce(0, +), layers.map(\.after).reduce(0, +))
    let sum = "\nThese layers: \(number(before)) ms before, \(number(after)) ms now."
    let rest =
      isComplete ? "" : "\nThe time was over before every choice was measured; give it more --seconds."
    let kept = isKept ? "" : "\nNothing was kept: TREMOR_CACHE is off, or there is no home folder."
    return header + "\n" + table.text + sum + rest + kept
  }

  private func number(_ milliseconds: Double) -> String { Format.fixed(milliseconds, 2) }
}
