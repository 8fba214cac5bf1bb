import Attacks
import Compute
import Datasets
import Networks
import ONNX

/// A classifier with samples that fit it: what a command computes on.
struct Subject {
  let classifier: ClassifierFile
  /// The samples as the data set has them.
  private(set) var samples: Samples
  /// The samples as the model takes them, `[N, ...]`.
  private(set) var inputs: HostArray
  /// How these came from those.
  let layout: InputLayout
  /// How many classes the model tells apart.
  let classCount: Int
  /// The smallest and the largest element of the samples.
  let range: ClosedRange<Float>
  /// What stands between pixels of 0...1 and what the file takes.
  let preprocessing: PixelPreprocessing
  /// The model, from pixels of 0...1 on.
  let model: Model
  /// What should be known about the data.
  let remarks: [DataRemark]
  /// What has been said about model and data.
  var findings: [Warning]

  var count: Int { samples.count }
  var labels: HostArray { HostArray([count], samples.labels) }

  /// Puts a model and data together.
  ///
  /// - Throws: A ``CommandFailure`` that names the sample for what does not fit; what reading the files
  ///   throws.
  init(_ modelPath: String, _ source: DataSource, _ options: SampleOptions, _ output: OutputOptions) throws {
    classifier = try ClassifierFile(modelPath, output: options.output)
    var findings: [Warning] = []
    for remark in classifier.file.remarks {
      output.remark("warning: \(remark.message)")
      findings.append(Warning(said: remark))
    }
    let samples = try source.load(options.data.request(limit: options.limit))
    guard samples.count > 0 else { throw CommandFailure("\(samples.name): there are no samples") }
    let extents = Array(classifier.model.inputs[0].extents.dropFirst())
    let order = DataAxes(source, options.data)
    guard let layout = InputLayout(samples.sampleShape, fitting: extents, order) else {
      throw CommandFailure(
        "\(samples.name): the samples are \(samples.inputs.type), and \(modelPath) takes "
          + "\(classifier.file.inputs[0])" + InputLayout.advice(samples.sampleShape, fitting: extents, order))
    }
    range = try samples.range()
    self.samples = samples
    self.layout = layout
    remarks = samples.remarks + [Subject.suspicion(range, options.data, source)].compactMap { $0 }
    for remark in remarks {
      output.remark(remark.message)
      findings.append(Warning(said: remark))
    }
    if let remark = layout.remark(samples.name) {
      output.remark(remark)
      findings.append(Warning(kind: "layout", message: remark, isSaid: true))
    }
    inputs = layout.applied(to: samples.inputs, extents)
    preprocessing = options.data.preprocessing
    model = try Subject.model(
      classifier.model, behind: preprocessing, samples, layout, inputs: inputs)
    let sample = Shape(Array(inputs.shape.extents.dropFirst()))
    let classCount = try classifier.classCount(for: sample)
    self.classCount = classCount
    if let sample = samples.labels.firstIndex(where: { $0 >= classCount }) {
      throw CommandFailure(
        "\(samples.name): sample \(samples.number(of: sample)): label \(samples.labels[sample]) is outside "
          + "0..<\(classCount), the classes "
          + "of \(modelPath)")
    }
    for remark in try classifier.classifier.remarks(for: sample) {
      output.remark(remark.message)
      findings.append(Warning(said: remark))
    }
    self.findings = findings
  }

  /// Finds a loss that ranks more classes than the model has.
  ///
  /// - Throws: `AttackError` of kind `usage`, as the attack with this loss does.
  func requireClasses(for loss: any AttackLoss) throws {
    let needed = type(of: loss).leastClasses(isTargeted: false)
    guard classCount < needed else { return }
    throw AttackError(
      .usage,
      "\(classifier.path): the loss '\(loss.name)' needs \(needed) classes, and the model has \(classCount)")
  }

  /// The same with these samples alone, in this order.
  func at(_ positions: [Int]) -> Subject {
    var part = self
    part.samples = samples.at(positions)
    let size = inputs.bytes.count / max(1, count)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(positions.count * size)
    for position in positions { bytes += inputs.bytes[position * size..<(position + 1) * size] }
    let extents = [positions.count] + inputs.shape.extents.dropFirst()
    part.inputs = HostArray(TensorType(Shape(extents), inputs.type.element), bytes: bytes)
    return part
  }

  /// The outputs as `[N, K]`.
  func logits(_ outputs: HostArray) -> HostArray {
    HostArray(TensorType([count, classCount]), bytes: outputs.bytes)
  }
}
