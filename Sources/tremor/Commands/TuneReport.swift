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

  let version = Tremor.version
  let subject: String
  let what: BenchQuantity
  let batch: Int
  let device: String
  let title: String
  let layers: [Layer]
  let isComplete: Bool
  let isKept: Bool

  init(
    _ subject: BenchSubject, _ computation: BenchComputation, _ entry: DeviceEntry, _ tuner: Tuner,
    isKept: Bool
  ) {
    self.subject = subject.name
    what = computation.quantity
    batch = computation.batch
    device = entry.name
    title = entry.title
    layers = tuner.findings.map {
      Layer(layer: $0.layer, choice: $0.choice, before: $0.before * 1000, after: $0.after * 1000)
    }
    isComplete = tuner.isComplete
    self.isKept = isKept
  }

  var text: String {
    let header = "\(subject), batch \(batch), \(what.title)\n\(device)  \(title)\n"
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
