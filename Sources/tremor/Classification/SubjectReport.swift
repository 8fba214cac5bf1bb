import ArrayFiles
import Attacks
import Compute
import Datasets
import DeviceSelection
import ONNX

/// What the reports of all commands that compute on samples say about model and data.
struct SubjectReport: Encodable {
  /// The model as a script needs it.
  struct Classifier: Encodable {
    let path, sha256: String
    let opset: Int
    let input, output: PortReport
    let parameters, classes: Int
    /// What was put in front of it; absent where it is given pixels of 0...1.
    let preprocessing: PreprocessingReport?
  }

  /// The data as a script needs them.
  struct DataPart: Encodable {
    let source, sha256: String
    let samples: Int
    /// The shape of one sample as the data set has it, and how it was laid out for the model.
    let sampleShape: [Int]
    let layout: InputLayout
    let smallest, largest: Float
    let classNames: [String]?
    /// The number of each sample within the data, where some were chosen.
    let indices: [Int]?
    /// What was decided while the data were read.
    let remarks: [DataRemark]
  }

  let model: Classifier
  let data: DataPart

  /// Describes a subject.
  ///
  /// - Throws: `FileError` if the model's file is gone.
  init(_ subject: Subject) throws {
    let file = subject.classifier.file
    model = Classifier(
      path: file.path, sha256: try FileDigest.sha256(of: file.path), opset: file.opset,
      input: PortReport(file.inputs[0]), output: PortReport(subject.classifier.classifier.output),
      parameters: file.parameterCount, classes: subject.classCount,
      preprocessing: PreprocessingReport(subject.preprocessing))
    data = DataPart(
      source: subject.samples.name, sha256: FileDigest.sha256(of: subject.samples), samples: subject.count,
      sampleShape: subject.samples.sampleShape, layout: subject.layout, smallest: subject.range.lowerBound,
      largest: subject.range.upperBound, classNames: subject.samples.classNames,
      indices: subject.samples.numbers, remarks: subject.remarks)
  }
}

extension Facts {
  /// The same for people.
  mutating func add(_ subject: Subject, on entry: DeviceEntry) {
    let file = subject.classifier.file
    add("model", "\(file.path)  \(file.inputs[0]) to \(subject.classCount) classes")
    let (samples, range) = (subject.samples, subject.range)
    let shape = "[" + samples.sampleShape.map(String.init).joined(separator: ", ") + "]"
    add(
      "data",
      "\(samples.name)  \(subject.count) samples of \(shape), values \(range.lowerBound)...\(range.upperBound)"
    )
    add("pixels", PreprocessingReport(subject.preprocessing)?.text)
    add("device", DevicePart(entry).text)
  }
}

/// An input or output of a model.
struct PortReport: Encodable {
  let name, type: String
  /// The extents: a number where it is fixed, a name or "?" where any is taken; nil where their number is
  /// unknown.
  let shape: [Extent]?
  /// As in `float32[N, 3, 32, 32]`.
  let text: String

  /// A number or a word.
  enum Extent: Encodable {
    case number(Int)
    case word(String)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .word(let word): try container.encode(word)
      }
    }
  }

  init(_ port: ONNXModel.Port) {
    name = port.name
    type = port.element.rawValue
    shape = port.extents.map { $0.map { $0.count.map(Extent.number) ?? .word($0.description) } }
    text = port.description
  }
}
