import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Weight gradients of convolutions wide enough for matrix tiles; where the processor has none, the kernels that stand
/// in for them.
@Suite struct ConvolutionWeightsTests {
  struct Case: CustomTestStringConvertible {
    let inputs, outputs, height, width: Int
    var kernel = [3, 3]
    var stride = 1
    var padding = 1
    var dilation = 1

    var testDescription: String {
      "\(inputs) to \(outputs) channels, \(height)x\(width), kernel \(kernel), stride \(stride), dilation \(dilation)"
    }

    func graph(batch: Int) throws -> Graph {
      try Graph { scope in
        let image = scope.input("image", [batch, inputs, height, width])
        let weight = scope.parameter("weight", Shape([outputs, inputs] + kernel))
        let y = image.convolved(weight, stride: stride, padding: padding, dilation: dilation)
        return y.vectorJacobianProduct(with: scope.input("cotangent", y.shape), [weight])
      }
    }
  }

  static let cases = [
    Case(inputs: 32, outputs: 32, height: 4, width: 16),
    Case(inputs: 17, outputs: 40, height: 5, width: 7),
    Case(inputs: 16, outputs: 16, height: 6, width: 8),
    Case(inputs: 80, outputs: 48, height: 3, width: 4),
    Case(inputs: 32, outputs: 48, height: 16, width: 16, stride: 2),
    Case(inputs: 20, outputs: 33, height: 9, width: 9, stride: 3),
    Case(inputs: 64, outputs: 32, height: 4, width: 4, kernel: [1, 1], stride: 2, padding: 0),
    Case(inputs: 12, outputs: 20, height: 10, width: 12, dilation: 2),
    Case(inputs: 16, outputs: 24, height: 7, width: 6, kernel: [2, 3]),
    Case(inputs: 9, outputs: 9, height: 2, width: 2),
    // Too large to be split whole: strips of rows.
    Case(inputs: 16, outputs: 16, height: 98, width: 110, kernel: [3, 1]),
  ]

  @Test(arguments: cases) func agreesWithTheInterpreter(_ example: Case) async throws {
    for batch in example.height > 50 ? [1] : [1, 5, 35] {
      let graph = try example.graph(batch: batch)
      let arguments = ReferenceModel.arguments(for: graph, seed: 3)
      let errors = try await relativeErrors(graph, arguments, on: CPUDevice())
      #expect(errors.allSatisfy { $0 < 2e-5 }, "\(batch): \(errors)")
    }
  }

  @Test(arguments: cases) func threadsChangeNoBit(_ example: Case) async throws {
    let graph = try example.graph(batch: 19)
    let arguments = ReferenceModel.arguments(for: graph, seed: 3)
    let one = try await outputs(of: graph, arguments, on: CPUDevice(threads: 1))
    let three = try await outputs(of: graph, arguments, on: CPUDevice(threads: 3))
    #expect(one == three)
  }
}
