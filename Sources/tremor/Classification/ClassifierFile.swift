import ArrayFiles
import Compute
import Networks
import ONNX

/// A model in a file that is used as a classifier: one input of numbers, scores of classes for each sample.
struct ClassifierFile {
  let file: ONNXModel
  let classifier: ONNXClassifier

  /// The file, as the user named it.
  var path: String { file.path }
  /// From samples to logits.
  var model: Model { classifier.model }

  /// Reads and checks a file.
  ///
  /// - Parameter output: The output that gives the logits, as the user named it.
  /// - Throws: `FileError` for a file that is no model or no classifier, or that holds nodes that are not supported; a
  ///   ``CommandFailure`` for a model that does not take one array of floats.
  init(_ path: String, output: ModelOutputOption) throws {
    file = try ONNXModel(contentsOf: path)
    guard file.inputs.count == 1, let input = file.inputs.first else {
      let inputs = file.inputs.map { "'\($0.name)' \($0)" }.joined(separator: ", ")
      throw CommandFailure(
        "\(path): a classifier takes one input, and this model takes \(file.inputs.count)"
          + (inputs.isEmpty ? "" : " (\(inputs))") + "; 'tremor run' runs any model")
    }
    guard input.element.isFloating else {
      throw CommandFailure(
        "\(path): a classifier takes floats, and the input '\(input.name)' is \(input); 'tremor "
          + "run' runs any model"
      )
    }
    classifier = try file.classifier(output: output.modelOutput)
  }

  /// How many classes the model tells apart when it is given samples of this shape.
  ///
  /// - Throws: `FileError` for outputs that are no scores of classes, and what tracing the model throws.
  func classCount(for sample: Shape) throws -> Int {
    do {
      return try classifier.classCount(for: sample)
    } catch let error as FileError where error.place == "output '\(classifier.output.name)'" {
      throw CommandFailure("\(error); 'tremor run' runs any model")
    }
  }
}
