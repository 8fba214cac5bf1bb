import Foundation

/// A line that the driver is given: what to do, and with what.
struct Request: Decodable {
  /// What to do.
  enum Action: String, Decodable {
    /// Writes a network of this library as an ONNX file.
    case export
    /// Gets a contestant ready.
    case prepare
    /// Lets it do its work once.
    case run
    /// Asks what the last run found.
    case result
    /// Asks how much memory the process holds, and held at most since `resetMemory`.
    case memory
    /// Forgets the peak.
    case resetMemory
    /// Ends the process.
    case quit
  }

  let action: Action
  var experiment: Experiment?
  var device: String?
  var threads: Int?
  var network: String?
  var architecture: String?
  var images: String?
  var labels: String?
  var budgets: [Double]?
  var stepSize: Double?
  var steps: Int?
  var restarts: Int?
  var rate: Double?
  var momentum: Double?
  var output: String?

  /// The value of a field that the action needs.
  func need<Value>(_ field: KeyPath<Request, Value?>, _ name: String) throws -> Value {
    guard let value = self[keyPath: field] else {
      throw Refusal("the request '\(action.rawValue)' needs '\(name)'")
    }
    return value
  }
}

/// What is measured.
enum Experiment: String, Decodable {
  /// Steps of PGD as one graph.
  case step
  /// The same steps through the attack runner, which judges every point and checks what it returns.
  case attack
  /// PGD with restarts at growing budgets.
  case evaluation
  /// All rows of the Jacobian.
  case jacobian
  /// Steps of training.
  case training
}

/// A line that the driver gives back.
struct Reply: Encodable {
  var error: String?
  var seconds: Double?
  var processorSeconds: Double?
  var numbers: [String: [Double]]?
  var text: String?
}

/// Why a request cannot be carried out.
struct Refusal: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
