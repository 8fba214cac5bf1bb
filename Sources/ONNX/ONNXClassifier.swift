internal import ArrayFiles
public import Compute
public import Networks

/// A network in a file as a classifier: one input of samples, one output of logits.
///
///     let classifier = try ONNXModel(contentsOf: "resnet.onnx").classifier()
///     let victim = classifier.model
///
/// What files say in other ways becomes logits `[N, K]`: axes of extent 1 are left out, one logit z is taken as [0, z], an
/// output without an axis of samples as the scores of the one sample that the file takes. A file that takes some other
/// fixed number of samples is given that many at a time, the last group filled up. None of this changes a sample's result,
/// because a file that mixes samples is refused.
public struct ONNXClassifier: Sendable {
  /// The file.
  public let file: ONNXModel
  /// The output that is taken, as the file declares it.
  public let output: ONNXModel.Port
  /// From samples `[N, ...]` to logits `[N, K]`, K being 2 or more.
  public let model: Model
  /// The output as it is, with the axis of samples in front.
  private let plain: Model
  /// What it was found to be when the model was traced, by what the model was given.
  let plainTypes: Memo<TensorType, TensorType>
  private let leavesSigmoidOut: Bool
  /// Whether the user said which output is meant.
  private let isChosen: Bool

  /// - Parameter choice: The name of the output to take, or its number; nil for the only one that can be logits.
  /// - Throws: `FileError` for a file that is no classifier, one with several outputs that could be meant, and as
  ///   ``ONNXModel/model()`` does for the nodes that the output depends on.
  init(_ file: ONNXModel, output choice: String?) throws {
    guard file.inputs.count == 1 else {
      let inputs = file.inputs.map { "'\($0.name)' \($0)" }.joined(separator: ", ")
      throw FileError(
        file.path,
        "a classifier takes one input, and this model takes \(file.inputs.count)"
          + (inputs.isEmpty ? "" : " (\(inputs))"))
    }
    let port = try OutputSearch(file).chosen(choice)
    let (graph, isCut) = file.graph.restricted(to: [port]).withoutSigmoid(
      ifSingle: OutputSearch(file).form(of: port))
    try file.requireSupport(of: graph)
    let parameters = try ParameterCatalog(graph).parameters
    let application = try ModelApplication(
      graph, path: file.path, parameters: parameters, given: [:], isClassifier: true)
    try application.checkSeparation()
    self.file = file
    output = port
    leavesSigmoidOut = isCut
    isChosen = choice != nil
    let place = "output '\(port.name)'"
    let path = file.path
    let plainTypes = Memo<TensorType, TensorType>()
    self.plainTypes = plainTypes
    let endsInSigmoid = !isCut && graph.sigmoid(of: port.name) != nil
    plain = Model(inputs: application.inputs, outputs: application.outputs, parameters: parameters) {
      try application($0, $1)
    }
    model = Model(
      inputs: application.inputs, outputs: [Model.Port(port.name, [nil, nil])], parameters: parameters
    ) { inputs, network in
      let output = try application(inputs, network)[0]
      guard let logits = output.asLogits(count: inputs[0].shape[0]) else {
        throw FileError(
          path, at: place,
          "it is \(output.type) for \(inputs[0].shape[0]) samples, and scores float32[\(inputs[0].shape[0]), classes] are "
            + "needed")
      }
      if endsInSigmoid, output.shape.count == inputs[0].shape[0] {
        throw FileError(
          path, at: place,
          "it is one probability a sample; export the model with fixed extents, or without the sigmoid")
      }
      _ = plainTypes.answer(to: inputs[0].type) { output.type }
      return [logits]
    }
  }

  /// How many classes the model tells apart when it is given samples of this shape.
  ///
  /// - Throws: `FileError` for an output that is no scores of classes, and what tracing the model throws.
  public func classCount(for sample: Shape) throws -> Int { try model.outputType(for: sample).shape[1] }

  /// What people should know about how the output was understood.
  ///
  /// - Throws: As ``classCount(for:)``.
  public func remarks(for sample: Shape) throws -> [ModelRemark] {
    var remarks: [ModelRemark] = []
    let given = TensorType(Shape([plain.fixedSampleCount ?? 1] + sample.extents), plain.inputs[0].element)
    let found = try plainTypes.answer(to: given) { try plain.outputType(for: sample) }
    if found.shape.extents.dropFirst().reduce(1, *) == 1 {
      let value = leavesSigmoidOut ? "the number before its sigmoid" : "its one number"
      remarks.append(
        ModelRemark(
          .singleLogit,
          "\(file.path): output '\(output.name)': \(value), z, is taken as the logits [0, z]: class 1 where it is positive"
        ))
    }
    if let extents = output.extents, let first = file.inputs[0].extents?.first?.count {
      if extents.count <= 1, first == 1, extents.first?.count != 1 || extents.isEmpty {
        remarks.append(
          ModelRemark(
            .noSampleAxis,
            "\(file.path): output '\(output.name)' is \(output), without an axis of samples; it is taken as the scores of "
              + "one sample"))
      }
      if first > 1 {
        remarks.append(
          ModelRemark(
            .fixedBatch,
            "\(file.path): the model takes \(first) samples at a time; the last ones are filled up"))
      }
    }
    if file.outputs.count > 1, !isChosen {
      remarks.append(
        ModelRemark(.outputTaken, "\(file.path): of \(file.outputs.count) outputs, '\(output.name)' is taken")
      )
    }
    return remarks
  }
}

extension ONNXModel {
  /// The network as a classifier.
  ///
  /// - Parameter output: The name of the output that gives the logits, or its number; nil for the only one that can.
  /// - Throws: `FileError` for a file that is no classifier, one with several outputs that could be meant, and as
  ///   ``model()`` does.
  public func classifier(output: String? = nil) throws -> ONNXClassifier {
    try ONNXClassifier(self, output: output)
  }

  /// The network with one of its outputs, and nothing that only others depend on.
  ///
  /// - Parameter output: The name of the output, or its number.
  /// - Throws: As ``model()``; `FileError` that lists the outputs where there is none of this name.
  public func model(output: String) throws -> Model {
    let graph = graph.restricted(to: [try OutputSearch(self).chosen(output)])
    return try model(of: graph, given: [:])
  }
}

extension Tensor {
  /// Scores `[N, K]` from an output for N samples, all of whose other axes but one have an extent of 1; nil for another one.
  fileprivate func asLogits(count: Int) -> Tensor? {
    let rest = shape.extents.dropFirst()
    guard shape.extents.first == count, rest.count(where: { $0 != 1 }) <= 1, element == .float32 else {
      return nil
    }
    let scores = reshaped([count, rest.reduce(1, *)])
    guard scores.shape[1] == 1 else { return scores.shape[1] == 0 ? nil : scores }
    return .concatenated([scores.zeros, scores], axis: 1)
  }
}
