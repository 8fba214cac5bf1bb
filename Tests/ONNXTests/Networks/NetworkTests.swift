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
    expect(answers[0], try golden.array("logits"), "\(network) logits on \(device.name)")
    guard hasGradient else { return }
    let isSharp = NetworkCase.nearTies[network.name] == nil
    expect(
      answers[1], try golden.array("gradient"), "\(network) gradient on \(device.name)", everySample: isSharp)
    let two = try golden.array("images", rows: 2).float32()
    var rows = try Executable(try NetworkCase.jacobian(model, images: two.shape), on: device)
    let jacobian = try await rows.run(["images": two], reading: weights)[0]
    expect(
      jacobian, try golden.array("jacobian"), "\(network) jacobian on \(device.name)", everySample: isSharp)
  }

  /// Where float32 cannot tell which element of a window is the largest, the gradient is right in double precision.
  @Test(arguments: NetworkCase.nearTies.keys.sorted())
  func agreesInDoublePrecision(_ name: String) throws {
    let network = NetworkCase(name: name)
    let golden = try network.golden()
    let model = try network.model().model()
    let images = try golden.array("images").float32()
    let graph = try NetworkCase.answers(
      model, images: images.shape, labels: try golden.array("labels").int32())
    var arguments = model.values.mapValues { ReferenceArray($0) }
    arguments["images"] = ReferenceArray(images)
    let gradient = try graph.interpret(arguments)[1].hostArray
    expect(gradient, try golden.array("gradient"), "\(network) gradient in double precision")
  }

  /// Expects the error of all samples together to be small, or that of half of them, each by itself.
  private func expect(
    _ answer: HostArray, _ expected: StoredArray, _ what: String, everySample: Bool = true
  ) {
    let (found, wanted) = (answer.floats, expected.float32().floats)
    let error = relativeError(found, wanted)
    print("\(what): relative error \(error)")
    guard !everySample, found.count == wanted.count else {
      #expect(error <= 1e-4, "\(what): relative error \(error)")
      return
    }
    let size = found.count / expected.shape[0]
    let errors = (0..<expected.shape[0]).map { sample in
      let range = (sample * size)..<((sample + 1) * size)
      return relativeError(Array(found[range]), Array(wanted[range]))
    }
    #expect(errors.count { $0 <= 1e-4 } * 2 >= errors.count, "\(what): relative errors \(errors)")
  }
}
