import ArrayFiles
import Attacks
import Compute
import Datasets
import DeviceSelection
import ONNX

/// What the reports of all commands that compute on samples begin with.
struct ReportHeader: Encodable {
  /// The model as a script needs it.
  struct ModelPart: Encodable {
    let path: String
    let opset: Int
    let input, output: PortReport
    let parameters, classes: Int
    /// What was put in front of it; nil where it is given pixels of 0...1.
    let preprocessing: PreprocessingReport?
  }

  /// The data as a script needs them.
  struct DataPart: Encodable {
    let source: String
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

  /// Where it was computed.
  struct DevicePart: Encodable {
    let name, title: String
    let kind: DeviceEntry.Kind
    let precision: Precision
  }

  let command: String
  let version = Tremor.version
  let model: ModelPart
  let data: DataPart
  let device: DevicePart

  init(_ command: String, _ subject: Subject, on entry: DeviceEntry) {
    self.command = command
    let file = subject.classifier.file
    model = ModelPart(
      path: file.path, opset: file.opset, input: PortReport(file.inputs[0]),
      output: PortReport(file.outputs[0]),
      parameters: file.parameterCount, classes: subject.classCount,
      preprocessing: PreprocessingReport(subject.preprocessing))
    data = DataPart(
      source: subject.samples.name, samples: subject.count, sampleShape: subject.samples.sampleShape,
      layout: subject.layout, smallest: subject.range.lowerBound, largest: subject.range.upperBound,
      classNames: subject.samples.classNames, indices: subject.samples.numbers, remarks: subject.remarks)
    device = DevicePart(name: entry.name, title: entry.title, kind: entry.kind, precision: entry.precision)
  }

  /// The same for people.
  func add(to facts: inout Facts) {
    facts.add("model", "\(model.path)  \(model.input.text) to \(model.classes) classes")
    let shape = "[" + data.sampleShape.map(String.init).joined(separator: ", ") + "]"
    facts.add(
      "data", "\(data.source)  \(data.samples) samples of \(shape), values \(data.smallest)...\(data.largest)"
    )
    facts.add("pixels", model.preprocessing?.text)
    let rounding = device.precision == .float32 ? "" : ", products rounded (--precision tf32)"
    facts.add("device", "\(device.name)  \(device.title)\(rounding)")
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

/// Something that a reader of a result must know.
struct Warning: Encodable {
  /// What kind it is, for scripts.
  let kind: String
  /// What it is and what it means, in one line.
  let message: String
}

extension Warning {
  init(_ finding: Finding) { self.init(kind: finding.kind.rawValue, message: finding.message) }
}

/// A report whose parts are put into one object.
struct JoinedReport<Part: Encodable>: Encodable {
  let header: ReportHeader
  let part: Part

  func encode(to encoder: any Encoder) throws {
    try header.encode(to: encoder)
    try part.encode(to: encoder)
  }
}
