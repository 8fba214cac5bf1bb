import ArrayFiles
import Compute
import ComputeTestSupport
import DeviceSelection
import Foundation
import Networks
import ONNX
import Testing

/// Writes models with inputs and outputs for `Tests/Export/check.sh`, which gives them to other readers of
/// ONNX.
@Suite struct ExportFilesTests {
  private static let folder = ProcessInfo.processInfo.environment["TREMOR_EXPORT_DIR"]

  @Test(.enabled(if: folder != nil, "TREMOR_EXPORT_DIR names no folder"), arguments: ExportCase.architectures)
  func architecture(_ sample: ExportCase) async throws {
    let device = try DeviceCatalog.current(for: .cpu).entry(for: .cpu).device
    let model = try sample.model()
    let folder = try write(model, sample, "architectures")
    for samples in [1, 5] {
      let arguments = sample.arguments(model, samples: samples)
      let outputs = try await model.outputs(arguments, on: device)
      try write(arguments, outputs, model, "\(folder)/\(samples)")
    }
  }

  @Test(
    .enabled(if: folder != nil, "TREMOR_EXPORT_DIR names no folder"),
    arguments: ExportCase.closures + ExportCase.primitives + ExportCase.programs(0..<60))
  func closure(_ sample: ExportCase) throws {
    let model = try sample.model()
    let folder: String
    do {
      folder = try write(model, sample, "closures")
    } catch let error as ExportError {
      print("not exported: \(sample): \(error)")
      return
    }
    for samples in [1, 5] {
      let arguments = sample.arguments(model, samples: samples)
      let outputs = try model.interpreted(arguments).map(\.hostArray)
      try write(arguments, outputs, model, "\(folder)/\(samples)")
    }
  }

  private func write(_ model: Model, _ sample: ExportCase, _ kind: String) throws -> String {
    let name = String(sample.name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })
    let path = "\(Self.folder ?? ".")/\(kind)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try model.writeONNX(to: "\(path)/model.onnx", named: sample.name)
    return path
  }

  private func write(
    _ arguments: [String: ReferenceArray], _ outputs: [HostArray], _ model: Model, _ folder: String
  ) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, value) in arguments {
      try NPYFile.write(StoredArray(value.hostArray), to: "\(folder)/input_\(name).npy")
    }
    for (port, value) in zip(model.outputs, outputs) {
      try NPYFile.write(StoredArray(value), to: "\(folder)/output_\(port.name).npy")
    }
  }
}
