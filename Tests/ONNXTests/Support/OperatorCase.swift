import ArrayFiles
import Foundation
import ONNX

/// A model with inputs and the outputs it should give, as the ONNX project publishes them.
struct OperatorCase: Sendable {
  let group: String
  let folder: URL

  var name: String { folder.lastPathComponent }

  /// Those of the shared data, or of the folder `TREMOR_ONNX_ROOT`, which is laid out alike; `TREMOR_ONNX_CASES` picks
  /// the ones whose names contain it.
  static let all: [OperatorCase] = {
    let environment = ProcessInfo.processInfo.environment
    let part = environment["TREMOR_ONNX_CASES"] ?? ""
    let root =
      environment["TREMOR_ONNX_ROOT"].map { URL(fileURLWithPath: $0) }
      ?? SharedData.folder.appending(path: "onnx-operators")
    return ["node", "pytorch-converted", "pytorch-operator", "simple"].flatMap { group in
      SharedData.contents(root.appending(path: group)).map {
        OperatorCase(group: group, folder: $0)
      }
    }.filter { part.isEmpty || $0.name.contains(part) }
  }()

  func model() throws -> ONNXModel {
    let bytes = try SharedData.bytes(folder.appending(path: "model.onnx"))
    return try ONNXModel(bytes: bytes, path: name, folder: folder.path)
  }

  /// The sets of inputs and expected outputs.
  func dataSets() throws -> [(inputs: [StoredArray], outputs: [StoredArray])] {
    try SharedData.contents(folder).filter { $0.lastPathComponent.hasPrefix("test_data_set_") }.map {
      (try arrays($0, "input"), try arrays($0, "output"))
    }
  }

  private func arrays(_ folder: URL, _ kind: String) throws -> [StoredArray] {
    var arrays: [StoredArray] = []
    while true {
      let file = folder.appending(path: "\(kind)_\(arrays.count).pb")
      guard FileManager.default.fileExists(atPath: file.path) else { return arrays }
      arrays.append(try StoredArray(tensorProto: try SharedData.bytes(file), path: file.lastPathComponent))
    }
  }
}
