import ArgumentParser
import Compute
import Networks
import ONNX

/// A classifier that is timed.
struct BenchSubject {
  /// The file or the name of the network.
  let name: String
  /// The same for scripts.
  let part: ModelPart
  let model: Model
  /// The shape of one sample.
  let sample: Shape
  let classCount: Int

  /// The names of built-in networks, as messages list them.
  static var networkNames: String { Architecture.all.map(\.name).joined(separator: ", ") }

  /// Reads a classifier.
  ///
  /// - Throws: A ``CommandFailure`` for a model that is no classifier, or whose samples could have any shape; what
  ///   reading the file throws.
  init(path: String, output: ModelOutputOption) throws {
    let file = try ClassifierFile(path, output: output)
    let extents = Array(file.model.inputs[0].extents.dropFirst())
    guard !extents.isEmpty, extents.allSatisfy({ $0 != nil }) else {
      throw CommandFailure(
        "\(path): the input '\(file.file.inputs[0].name)' is \(file.file.inputs[0]), which leaves the shape of a "
          + "sample open; export the model with fixed extents")
    }
    let sample = Shape(extents.compactMap { $0 })
    self.init(
      name: path, part: try ModelPart(path: path), model: file.model, sample: sample,
      classCount: try file.classCount(for: sample))
  }

  /// Makes a built-in network for 10 classes with random weights.
  ///
  /// - Throws: `ValidationError` for a name that nobody knows.
  init(network name: String) throws {
    let architecture = try Self.requireNetwork(name)
    self.init(
      name: name, part: ModelPart(network: name), model: try architecture.model(classes: 10, seed: 0),
      sample: architecture.input,
      classCount: 10)
  }

  private init(name: String, part: ModelPart, model: Model, sample: Shape, classCount: Int) {
    (self.name, self.part, self.model) = (name, part, model)
    (self.sample, self.classCount) = (sample, classCount)
  }

  /// The network of this name.
  ///
  /// - Throws: `ValidationError` that names all there are.
  @discardableResult static func requireNetwork(_ name: String) throws -> Architecture {
    guard let architecture = Architecture.named(name) else {
      throw ValidationError("--network \(name): there is no such network; say one of \(networkNames)")
    }
    return architecture
  }
}
