import Compute
import Networks
import ONNX

/// A model in a file that can be used as a classifier: one input of numbers, scores of classes for each
/// sample.
struct ClassifierFile {
  let file: ONNXModel
  let model: Model

  /// The file, as the user named it.
  var path: String { file.path }

  /// Reads and checks a file.
  ///
  /// - Throws: `FileError` for a file that is no model or that holds nodes that are not supported; a
  ///   ``CommandFailure`` for a model that does not take one array of floats.
  init(_ path: String) throws {
    file = try ONNXModel(contentsOf: path)
    model = try file.model()
    guard model.inputs.count == 1, let input = file.inputs.first else {
      let inputs = file.inputs.map { "'\($0.name)' \($0)" }.joined(separator: ", ")
      throw CommandFailure(
        "\(path): a classifier takes one input, and this model takes \(model.inputs.count)"
          + (inputs.isEmpty ? "" : " (\(inputs))") + "; 'tremor run' runs any model")
    }
    guard model.inputs[0].element == .float32 else {
      throw CommandFailure(
        "\(path): a classifier takes floats, and the input '\(input.name)' is \(input); 'tremor "
          + "run' runs any model"
      )
    }
    guard !model.outputs.isEmpty else { throw CommandFailure("\(path): the model has no outputs") }
  }

  /// How many classes the model tells apart when it is given samples of this shape.
  ///
  /// - Throws: A ``CommandFailure`` for outputs that are no scores of classes, and what tracing the model
  ///   throws.
  func classCount(for sample: Shape) throws -> Int {
    let output = try model.outputType(for: sample)
    let extents = output.shape.extents.dropFirst()
    guard output.element == .float32, extents.count(where: { $0 != 1 }) <= 1, let first = extents.first,
      first == extents.reduce(1, *)
    else {
      throw CommandFailure(
        "\(path): output '\(file.outputs[0].name)' is \(output) for \(output.shape[0]) samples, and scores "
          + "float32[\(output.shape[0]), classes] are needed; 'tremor run' runs any model")
    }
    guard first >= 2 else {
      throw CommandFailure(
        "\(path): output '\(file.outputs[0].name)' has one number a sample; a classifier has two "
          + "classes or more"
      )
    }
    return first
  }
}
