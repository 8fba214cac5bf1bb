import Attacks
import Compute
import Datasets
import DeviceSelection
import Foundation
import ONNX

/// What the answers of all commands begin with, for scripts; what is absent is absent everywhere.
struct ReportHeader: Encodable {
  let command: String
  let version = Tremor.version
  /// When the answer was given, as ISO 8601 in UTC.
  let date = Date.now.ISO8601Format()
  /// Where it was computed; absent for what is not computed on a device.
  let device: DevicePart?
  let findings: [Warning]
}

/// A device, as every answer describes it.
struct DevicePart: Encodable {
  let name, title: String
  let kind: DeviceEntry.Kind
  /// The kernels it runs; absent where it cannot be used.
  let kernels: KernelFamily?
  /// Threads or compute units.
  let units: Int
  /// How exactly it multiplies.
  let precision: Precision

  /// - Parameter isUsable: Whether it was opened.
  init(_ entry: DeviceEntry, isUsable: Bool = true) {
    (name, title, kind, units) = (entry.name, entry.title, entry.kind, entry.units)
    kernels = isUsable ? entry.device.family : nil
    precision = entry.precision
  }

  /// For people.
  var text: String {
    let sums =
      switch precision {
      case .float32: ""
      case .tensorFloat32: ", products rounded (--precision tf32)"
      case .exact: ", exact sums (--precision exact)"
      }
    return "\(name)  \(title)\(sums)"
  }
}

/// Something that a reader of a result must know.
struct Warning: Encodable {
  /// What kind it is, for scripts.
  let kind: String
  /// What it is and what it means, in one line.
  let message: String
  /// How many samples it is about, where it is about samples.
  var samples: Int?
  /// Whether it was said before the work began, and is not said again with the answer.
  var isSaid = false

  private enum CodingKeys: String, CodingKey { case kind, message, samples }
}

extension Warning {
  init(_ remark: ModelRemark) { self.init(kind: remark.kind.rawValue, message: remark.message) }

  /// What is said of a model when it is read.
  init(said remark: ModelRemark) {
    self.init(remark)
    isSaid = true
  }

  /// What is said of data when they are read.
  init(said remark: DataRemark) {
    self.init(kind: remark.kind.rawValue, message: remark.message, isSaid: true)
  }

  init(_ finding: Finding) {
    self.init(kind: finding.kind.rawValue, message: finding.message, samples: finding.samples)
  }
}

/// Reports that are put into one object.
struct JoinedReport<First: Encodable, Second: Encodable>: Encodable {
  let first: First
  let second: Second

  init(_ first: First, _ second: Second) { (self.first, self.second) = (first, second) }

  func encode(to encoder: any Encoder) throws {
    try first.encode(to: encoder)
    try second.encode(to: encoder)
  }
}

/// A model, as every answer names it.
struct ModelPart: Encodable {
  /// The file, as the user named it; absent for a built-in network.
  var path: String?
  /// The built-in network.
  var network: String?
  /// The digest of the file's bytes; where weights lie in other files, these are not in it.
  var sha256: String?

  /// The model in a file.
  ///
  /// - Throws: `FileError` if the file cannot be read any more.
  init(path: String) throws {
    self.path = path
    sha256 = try FileDigest.sha256(of: path)
  }

  /// A network of this program.
  init(network: String) { self.network = network }
}

extension OutputOptions {
  /// Gives the answer: findings as remarks, then one JSON object or text.
  ///
  /// - Parameters:
  ///   - device: Where it was computed.
  ///   - body: What follows the header in the object, made only when it is wanted.
  ///   - text: The same for people.
  /// - Throws: `FileError` when standard output does not take it.
  func answer(
    _ command: String, on device: DeviceEntry? = nil, findings: [Warning] = [],
    body: () throws -> some Encodable, text: () throws -> String
  ) throws {
    for finding in findings where !finding.isSaid { remark("warning: \(finding.message)") }
    if json {
      let header = ReportHeader(command: command, device: device.map { DevicePart($0) }, findings: findings)
      try Terminal.say(json: JoinedReport(header, body()))
    } else {
      try Terminal.say(text())
    }
  }
}
