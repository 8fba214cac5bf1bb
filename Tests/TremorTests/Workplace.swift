import ArrayFiles
import Compute
import Foundation
import Networks
import ONNX

/// A folder of its own for a test, with small models and arrays to be made in it; gone with the value.
final class Workplace {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tremor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// The names of all files.
  var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }

  /// A model of these layers for digits.
  func model(_ name: String, _ layers: any Layer..., input: Shape = [1, 8, 8]) throws -> String {
    let path = path(name)
    try Model(Sequential(layers), input: input, seed: 5).writeONNX(to: path)
    return path
  }

  /// A small convolutional classifier of digits.
  func classifier() throws -> String {
    try model(
      "classifier.onnx", Convolution(4, kernel: 3), Activation.relu, Flatten(), Linear(10))
  }

  /// Images of a shape with labels as two .npy files, as `tremor` takes them.
  func data(_ shape: [Int], labels: [Int64], value: (Int) -> Float = { Float($0 % 97) / 96 }) throws -> String
  {
    let (images, classes) = (path("images.npy"), path("labels.npy"))
    let count = shape.reduce(1, *)
    try NPYFile.write(StoredArray(shape: shape, floats: (0..<count).map(value)), to: images)
    try NPYFile.write(StoredArray(shape: [labels.count], integers: labels, as: .int64), to: classes)
    return "npy:\(images),\(classes)"
  }
}

/// Multiplies everything.
struct Scale: Layer {
  let factor: Double
  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor { input * factor }
}

/// e to the power of everything.
struct Exponential: Layer {
  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor { input.exp() }
}

/// Probabilities of logits.
struct Softmax: Layer {
  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor { input.softmax() }
}

extension TremorProcess {
  /// The one object on standard output.
  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
  }

  /// Whether standard error is one line.
  var complainsOnce: Bool { errors.hasPrefix("tremor: ") && errors.count { $0 == "\n" } == 1 }
}
