import ArrayFiles
import Compute
import Networks
import ONNX

/// What can be said about a model without running it.
struct ModelReport: Encodable {
  /// A node that cannot be translated.
  struct Obstacle: Encodable {
    let name, type, domain, reason: String
    let opset: Int
  }

  /// Whether the model can be attacked as a classifier.
  struct Classification: Encodable {
    let isClassifier: Bool
    /// How many classes there are, where it is one.
    let classes: Int?
    /// Why not, or nil.
    let reason: String?
    /// Whether the last operator makes probabilities of the logits.
    let givesProbabilities: Bool
  }

  let producer: String
  let opset, irVersion: Int
  let inputs, outputs: [PortReport]
  let operators: [String: Int]
  /// The number of floating-point numbers that are stored.
  let parameters: Int
  /// Multiply-adds of one sample; nil where they are not known.
  let multiplyAdds: Int?
  let unsupported: [Obstacle]
  let isSupported: Bool
  let classification: Classification
  /// Why multiply-adds are not known, or nil.
  let obstacle: String?

  /// The file.
  private let path: String

  private enum CodingKeys: CodingKey {
    case producer, opset, irVersion, inputs, outputs, operators, parameters, multiplyAdds, unsupported
    case isSupported, classification, obstacle
  }

  /// The report with what tells the file apart.
  var body: some Encodable {
    get throws {
      struct Named: Encodable { let model: ModelPart }
      return JoinedReport(Named(model: try ModelPart(path: path)), self)
    }
  }

  init(_ file: ONNXModel) {
    (path, producer, opset, irVersion) = (file.path, file.producer, file.opset, file.irVersion)
    (inputs, outputs) = (file.inputs.map { PortReport($0) }, file.outputs.map { PortReport($0) })
    (operators, parameters) = (file.operators, file.parameterCount)
    unsupported = file.unsupported.map {
      Obstacle(name: $0.name, type: $0.type, domain: $0.domain, reason: $0.reason, opset: $0.opset)
    }
    isSupported = unsupported.isEmpty
    let trace = Result { try ModelReport.trace(file) }
    multiplyAdds = try? trace.get().multiplyAdds
    let failure: String? = if case .failure(let error) = trace { Tremor.message(of: error) } else { nil }
    obstacle = isSupported ? failure : nil
    classification = Classification(file)
  }

  /// The graph of one sample.
  private static func trace(_ file: ONNXModel) throws -> Graph {
    let model = try file.model()
    return try Graph { scope in
      let inputs = try zip(file.inputs, model.inputs).map { port, input in
        // What counts samples is 1; other open extents could be anything.
        let extents = try input.extents.enumerated().map { axis, extent in
          if let extent { return extent }
          guard axis == 0 else {
            throw CommandFailure("the cost depends on axis \(axis) of input '\(port.name)', \(port)")
          }
          return 1
        }
        return scope.input(port.name, Shape(extents), input.element)
      }
      return model.bound(in: scope)(inputs)
    }
  }
}

extension ModelReport.Classification {
  fileprivate init(_ file: ONNXModel) {
    let found = Result { try ModelReport.classes(file) }
    classes = try? found.get().count
    let output = (try? found.get().output) ?? file.outputs.first?.name
    let last = file.nodes.last { node in output.map { node.outputs.contains($0) } == true }
    givesProbabilities = ["Softmax", "Sigmoid"].contains(last?.type)
    isClassifier = classes != nil
    if case .failure(let error) = found {
      // The report says once which file it is about.
      reason =
        (error as? FileError).map { error in error.place.map { "\($0): \(error.message)" } ?? error.message }
        ?? "\(error)"
    } else {
      reason = nil
    }
  }
}

extension ModelReport {
  /// How many classes a model tells apart, and by which output.
  fileprivate static func classes(_ file: ONNXModel) throws -> (count: Int, output: String) {
    guard file.inputs.count == 1 else { throw CommandFailure("it takes \(file.inputs.count) inputs") }
    let input = file.inputs[0]
    guard input.element.isFloating else { throw CommandFailure("its input is \(input)") }
    guard file.unsupported.isEmpty else { throw CommandFailure("the model is not supported") }
    let classifier = try file.classifier()
    let extents = classifier.model.inputs[0].extents.dropFirst().compactMap { $0 }
    guard extents.count + 1 == input.extents?.count else {
      throw CommandFailure("the input '\(input.name)' is \(input), which leaves the shape of a sample open")
    }
    return (try classifier.classCount(for: Shape(extents)), classifier.output.name)
  }
}

extension ModelReport {
  /// For people.
  var text: String {
    var facts = Facts()
    let origin = producer.isEmpty ? "" : ", written by \(producer)"
    facts.add("model", "\(path)  opset \(opset), format version \(irVersion)\(origin)")
    for port in inputs { facts.add("input", "\(port.name)  \(port.text)") }
    for port in outputs { facts.add("output", "\(port.name)  \(port.text)") }
    facts.add("parameters", Format.count(parameters))
    facts.add(
      "multiply-adds", (multiplyAdds.map { Format.count($0) + " a sample" }) ?? obstacle ?? "not known")
    facts.add("operators", operatorText)
    for node in unsupported {
      let type = node.domain.isEmpty ? node.type : "\(node.domain).\(node.type)"
      facts.add("unsupported", "\(type) '\(node.name)' of opset \(node.opset): \(node.reason)")
    }
    if isSupported { facts.add("unsupported", "nothing") }
    facts.add("classifier", classifierText)
    return facts.text
  }

  private var operatorText: String {
    let sorted = operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return sorted.map { $0.value == 1 ? $0.key : "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private var classifierText: String {
    guard let classes = classification.classes else { return "no: \(classification.reason ?? "unknown")" }
    let warning =
      classification.givesProbabilities
      ? "; its outputs are probabilities, and gradients through a saturated softmax mislead" : ""
    return "yes, \(classes) classes\(warning)"
  }
}
