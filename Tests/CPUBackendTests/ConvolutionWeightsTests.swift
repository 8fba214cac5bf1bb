import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Weight gradients of convolutions wide enough for matrix tiles; where the processor has none, the kernels that stand
/// in for them.
@Suite struct ConvolutionWeightsTests {
  static let cases = [
    WideConvolution(inputs: 32, outputs: 32, height: 4, width: 16),
    WideConvolution(inputs: 17, outputs: 40, height: 5, width: 7),
    WideConvolution(inputs: 16, outputs: 16, height: 6, width: 8),
    WideConvolution(inputs: 80, outputs: 48, height: 3, width: 4),
    WideConvolution(inputs: 32, outputs: 48, height: 16, width: 16, stride: 2),
    WideConvolution(inputs: 20, outputs: 33, height: 9, width: 9, stride: 3),
    WideConvolution(inputs: 64, outputs: 32, height: 4, width: 4, kernel: [1, 1], stride: 2, padding: 0),
    WideConvolution(inputs: 12, outputs: 20, height: 10, width: 12, dilation: 2),
    WideConvolution(inputs: 16, outputs: 24, height: 7, width: 6, kernel: [2, 3]),
    WideConvolution(inputs: 9, outputs: 9, height: 2, width: 2),
    // Too large to be split whole: strips of rows.
    WideConvolution(inputs: 16, outputs: 16, height: 98, width: 110, kernel: [3, 1]),
  ]

  @Test(arguments: cases) func agreesWithTheInterpreter(_ example: WideConvolution) async throws {
    for batch in example.height > 50 ? [1] : [1, 5, 35] {
      let graph = try example.weightsGraph(batch: batch)
      let arguments = ReferenceModel.arguments(for: graph, seed: 3)
      let errors = try await relativeErrors(graph, arguments, on: CPUDevice())
      #expect(errors.allSatisfy { $0 < 2e-5 }, "\(batch): \(errors)")
    }
  }

  @Test(arguments: cases) func threadsChangeNoBit(_ example: WideConvolution) async throws {
    let graph = try example.weightsGraph(batch: 19)
    let arguments = ReferenceModel.arguments(for: graph, seed: 3)
    let one = try await outputs(of: graph, arguments, on: CPUDevice(threads: 1))
    let three = try await outputs(of: graph, arguments, on: CPUDevice(threads: 3))
    #expect(one == three)
  }
}

extension WideConvolution {
  /// The gradient of the weights for a given cotangent.
  fileprivate func weightsGraph(batch: Int) throws -> Graph {
    try Graph { scope in
      let image = scope.input("image", [batch, inputs, height, width])
      let weight = scope.parameter("weight", Shape([outputs, inputs] + kernel))
      let y = image.convolved(weight, stride: stride, padding: padding, dilation: dilation)
      return y.vectorJacobianProduct(with: scope.input("cotangent", y.shape), [weight])
    }
  }
}
