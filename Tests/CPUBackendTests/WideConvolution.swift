import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// A convolution with what is fused into it, and its adjoint for the image.
struct WideConvolution: CustomTestStringConvertible {
  let inputs, outputs, height, width: Int
  var kernel = [3, 3]
  var stride = 1
  var padding = 1
  var dilation = 1
  var groups = 1

  var testDescription: String {
    "\(inputs) to \(outputs) channels, \(height)x\(width), kernel \(kernel), stride \(stride), "
      + "padding \(padding), dilation \(dilation), \(groups) groups"
  }

  /// The convolution with bias and rectifier, and the gradient of the sum of squares with respect to the image.
  func graph(batch: Int) throws -> Graph {
    try Graph { scope in
      let image = scope.input("image", [batch, inputs, height, width])
      let weight = scope.parameter("weight", [outputs, inputs / groups, kernel[0], kernel[1]])
      let bias = scope.parameter("bias", [outputs, 1, 1])
      let y = image.convolved(
        weight, stride: stride, padding: padding, dilation: dilation, groups: groups)
      let active = (y + bias).relu()
      return [active, (active * active).sum().gradient(withRespectTo: image)]
    }
  }

  /// The kernels agree with the interpreter.
  func checkAgreement(batch: Int, on device: CPUDevice) async throws {
    let graph = try graph(batch: batch)
    let arguments = ReferenceModel.arguments(for: graph, seed: 11)
    let errors = try await relativeErrors(graph, arguments, on: device)
    #expect(errors.allSatisfy { $0 < 1e-5 }, "\(errors)")
  }

  /// 40 samples share tiles among them, 7 do not; what they have in common is the same bits.
  func checkNeighbours(on device: CPUDevice) async throws {
    let (whole, part) = (try graph(batch: 40), try graph(batch: 7))
    var arguments = ReferenceModel.arguments(for: whole, seed: 5)
    let many = try await ComputeTestSupport.outputs(of: whole, arguments, on: device)
    let image = try #require(arguments["image"])
    arguments["image"] = image.samples(0..<7)
    let few = try await ComputeTestSupport.outputs(of: part, arguments, on: device)
    for (all, some) in zip(many, few) { #expect(Array(all.floats.prefix(some.floats.count)) == some.floats) }
  }
}
