import ArrayFiles
import Compute
import Networks
import ONNX
import Testing

/// Networks that nobody here wrote answer as their makers' frameworks say, in logits, gradients and Jacobians.
@Suite(.serialized, .enabled(if: SharedData.isPresent, "needs ../shared/data beside the package"))
struct NetworkTests {
  @Test(arguments: NetworkCase.all)
  func agreesOnTheProcessor(_ network: NetworkCase) async throws {
    try await check(network, on: try TestDevices.processor())
  }

  @Test(arguments: NetworkCase.all)
  func agreesOnOpenCL(_ network: NetworkCase) async throws {
    guard let device = TestDevices.openCL() else { return }
    try await check(network, on: device)
  }

  private func check(_ network: NetworkCase, on device: any Device) async throws {
    let golden = try network.golden()
    let model = try network.model().model()
    let weights = try Weights(model.values, on: device)
    let images = try golden.array("images").float32()
    let hasGradient = golden.names.contains("gradient")
    let labels = hasGradient ? try golden.array("labels").int32() : nil
    let graph = try NetworkCase.answers(model, images: images.shape, labels: labels)
    var executable = try Executable(graph, on: device)
    let answers = try await executable.run(["images": images], reading: weights)
    for (name, answer) in zip(["logits", "gradient"], answers) {
      expect(answer, try golden.array(name), "\(network) \(name) on \(device.name)")
    }
    guard hasGradient else { return }
    let two = try golden.array("images", rows: 2).float32()
    var rows = try Executable(try NetworkCase.jacobian(model, images: two.shape), on: device)
    let jacobian = try await rows.run(["images": two], reading: weights)[0]
    expect(jacobian, try golden.array("jacobian"), "\(network) jacobian on \(device.name)")
  }

  private func expect(_ answer: HostArray, _ expected: StoredArray, _ what: String) {
    let error = relativeError(answer.floats, expected.float32().floats)
    print("\(what): relative error \(error)")
    #expect(error <= 1e-4, "\(what): relative error \(error)")
  }
}
