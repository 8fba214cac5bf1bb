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

  let model: ModelPart
  let inputs: [String]
  let outputs: [Output]
  let seconds: [String: Double]

  /// What a reader must know.
  static func findings(_ outputs: [Output]) -> [Warning] {
    outputs.filter { $0.nonFinite > 0 }.map { output in
      Warning(
        kind: "nonFiniteOutputs",
        message: "\(output.nonFinite) elements of output '\(output.name)' are not finite")
    }
  }

  /// The outputs for people.
  static func text(_ outputs: [Output]) -> String {
    var facts = Facts()
    for output in outputs {
      let shape = output.shape.map(String.init).joined(separator: ", ")
      facts.add(output.name, "\(output.type)[\(shape)]  \(output.path)")
    }
    return facts.text
  }
}
