import ArrayFiles
import Compute
import DeviceSelection
import Networks
import ONNX

/// Something that does the same work again and again, to be timed.
protocol Contestant: AnyObject {
  /// What it runs with, for the table.
  var settings: String { get }
  /// Does its work once, up to the values being on the host.
  func run() async throws
  /// What the last run found: small figures as numbers, arrays as a `.npy` file at `path`.
  func result(storedAt path: String?) async throws -> [String: [Double]]
}

extension Experiment {
  /// A contestant, with everything built that needs to be built once; nothing has run yet.
  static func contestant(for request: Request) async throws -> any Contestant {
    switch try request.need(\.experiment, "experiment") {
    case .step: try StepContestant(request)
    case .attack: try AttackContestant(request)
    case .evaluation: try EvaluationContestant(request)
    case .jacobian: try JacobianContestant(request)
    case .training: try TrainingContestant(request)
    }
  }
}

/// What every contestant begins with: a network, samples and a device.
struct Inputs {
  let model: Model
  let images: HostArray
  let labels: HostArray
  let device: any Device
  /// The device, for the table.
  let title: String

  init(_ request: Request) throws {
    model = try Inputs.model(request)
    guard let images = try NPYFile.read(try request.need(\.images, "images")).modelInputs() else {
      throw Refusal("images are float32 or bytes")
    }
    self.images = images
    labels = try NPYFile.read(try request.need(\.labels, "labels")).int32()
    let name = request.device ?? "cpu"
    guard let wanted = DeviceRequest(name) else { throw Refusal("there is no device '\(name)'") }
    let entry = try DeviceCatalog.current(threads: request.threads, for: wanted).entry(for: wanted)
    device = entry.device
    title = "\(entry.name): \(entry.title)"
  }

  /// An ONNX file's network, or an architecture of this library in its first state, which can be trained.
  private static func model(_ request: Request) throws -> Model {
    if let path = request.network { return try ONNXModel(contentsOf: path).model() }
    let name = try request.need(\.architecture, "network' or 'architecture")
    guard let architecture = Architecture.named(name) else {
      throw Refusal("there is no architecture '\(name)'")
    }
    return try architecture.model(classes: 10, seed: 0)
  }

  var count: Int { labels.shape[0] }
}

/// Stores an array where a request asks for it.
func store(_ array: HostArray, at path: String?) throws {
  if let path { try NPYFile.write(StoredArray(array), to: path) }
}
