import Attacks
import Compute
import Datasets
import ONNX

/// The share of samples that a model from a file keeps right under 40 steps from each of five random starts.
func robustAccuracy(of path: String, on samples: Samples, device: any Device) async throws -> Double {
  let model = try ONNXModel(contentsOf: path).model()
  let attack = ProjectedGradientDescent(.lInfinity(radius: 8 / 255), stepSize: .absolute(2 / 255), steps: 40)
  let attacked = try AttackSamples(images: samples.inputs, labels: samples.labels)
  let result = try await AttackRunner(restarts: 5).run(attack, on: model, attacked, device: device)
  return result.robustAccuracy
}
