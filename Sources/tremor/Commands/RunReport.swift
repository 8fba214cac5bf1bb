import ArrayFiles
import Compute

/// What a model was run on and gave.
struct RunReport: Encodable {
  struct Output: Encodable {
    let name, type, path: String
    let shape: [Int]
    /// How many elements are not finite.
    let nonFinite: Int

    init(_ name: String, _ array: StoredArray, _ value: HostArray, path: String) {
      (self.name, type, self.path, shape) = (name, array.element.rawValue, path, array.shape)
      nonFinite = value.type.element == .float32 ? value.floats.count { !$0.isFinite } : 0
    }
  }

  let command = "run"
  let version = Tremor.version
  let model: String
  let inputs: [String]
  let device: String
  let outputs: [Output]
  let seconds: [String: Double]

  func print(_ answer: OutputOptions) throws {
    for output in outputs where output.nonFinite > 0 {
      answer.remark("warning: \(output.nonFinite) elements of output '\(output.name)' are not finite")
    }
    if answer.json { return try Terminal.say(json: self) }
    var facts = Facts()
    for output in outputs {
      let shape = output.shape.map(String.init).joined(separator: ", ")
      facts.add(output.name, "\(output.type)[\(shape)]  \(output.path)")
    }
    Terminal.say(facts.text)
  }
}
