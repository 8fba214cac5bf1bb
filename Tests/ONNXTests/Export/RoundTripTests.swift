import Compute
import ComputeTestSupport
import Networks
import ONNX
import Testing

/// A model that is exported and imported again is the same function with the same parameters.
@Suite struct RoundTripTests {
  @Test(arguments: ExportCase.quickArchitectures + ExportCase.importable)
  func computesTheSame(_ sample: ExportCase) throws {
    let model = try sample.model()
    // Some of them are no functions of samples, such as derivatives of weights.
    let imported = try ONNXModel(bytes: model.onnx(), path: "\(sample).onnx").model(allowingMixture: true)
    #expect(imported.inputs == model.inputs)
    #expect(imported.outputs.map(\.name) == model.outputs.map(\.name))
    for samples in [1, 5] {
      let arguments = sample.arguments(model, samples: samples)
      let expected = try model.interpreted(arguments)
      let found = try imported.interpreted(arguments)
      for (name, (value, reference)) in zip(model.outputs.map(\.name), zip(found, expected)) {
        #expect(
          relativeError(value.hostArray, reference) <= 1e-6, "\(sample): \(name) for \(samples) samples")
      }
    }
  }

  @Test(arguments: ExportCase.quickArchitectures)
  func keepsParameters(_ sample: ExportCase) throws {
    let model = try sample.model()
    let imported = try ONNXModel(bytes: model.onnx(), path: "\(sample).onnx").model()
    for (name, value) in model.values { #expect(imported.values[name] == value, "\(name)") }
  }
}
