import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Convolutions wide enough for matrix tiles; where the processor has none, the kernels that stand in for them.
@Suite struct ConvolutionTilesTests {
  struct Case: CustomTestStringConvertible {
    let inputs, outputs, height, width: Int
    var kernel = [3, 3]
    var stride = 1
    var padding = 1
    var dilation = 1
    var groups = 1

    var testDescription: String {
      "\(inputs) to \(outputs) channels, \(height)x\(width), kernel \(kernel), stride \(stride), "
        + "dilation \(dilation), \(groups) groups"
    }

    /// The convolution with what is fused into it, and both its adjoints.
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
  }

  static let cases = [
    Case(inputs: 32, outputs: 32, height: 16, width: 16),
    Case(inputs: 17, outputs: 40, height: 5, width: 7),
    Case(inputs: 48, outputs: 16, height: 8, width: 8),
    Case(inputs: 64, outputs: 96, height: 16, width: 16, stride: 2),
    Case(inputs: 40, outputs: 33, height: 9, width: 9, stride: 2),
    Case(inputs: 64, outputs: 32, height: 4, width: 4, kernel: [1, 1], stride: 2, padding: 0),
    Case(inputs: 32, outputs: 48, height: 6, width: 20, kernel: [1, 1], padding: 0),
    Case(inputs: 32, outputs: 20, height: 10, width: 12, dilation: 2),
    Case(inputs: 96, outputs: 64, height: 7, width: 7, kernel: [2, 3], groups: 2),
    Case(inputs: 128, outputs: 128, height: 2, width: 2),
  ]

  @Test(arguments: cases, [1, 3, 17]) func agreesWithTheInterpreter(
    _ example: Case, _ batch: Int
  ) async throws {
    let graph = try example.graph(batch: batch)
    let arguments = ReferenceModel.arguments(for: graph, seed: 11)
    let errors = try await relativeErrors(graph, arguments, on: CPUDevice())
    #expect(errors.allSatisfy { $0 < 1e-5 }, "\(errors)")
  }

  /// 40 samples share tiles among them, 7 do not.
  @Test(arguments: cases) func neighboursChangeNoBit(_ example: Case) async throws {
    let device = try CPUDevice()
    let (whole, part) = (try example.graph(batch: 40), try example.graph(batch: 7))
    var arguments = ReferenceModel.arguments(for: whole, seed: 5)
    let many = try await outputs(of: whole, arguments, on: device)
    let pixels = example.inputs * example.height * example.width
    let image = try #require(arguments["image"]).floats
    arguments["image"] = HostArray(
      [7, example.inputs, example.height, example.width], Array(image[..<(7 * pixels)]))
    let few = try await outputs(of: part, arguments, on: device)
    for (all, some) in zip(many, few) { #expect(Array(all.floats.prefix(some.floats.count)) == some.floats) }
  }

  @Test func tilesAreChosenWhereTheProcessorHasThem() throws {
    let plan = try Plan(ConvolutionTilesTests.cases[3].graph(batch: 2), family: .cpu)
    #expect(plan.launchesByKernel["convolution_tiles"] == 2)
    let hasTiles = InstructionSet.available.contains(.amx)
    #expect(try CPUDevice().planOptions.contains(.matrixTiles) == hasTiles)
    #expect(try !CPUDevice(instructionSet: .portable).planOptions.contains(.matrixTiles))
  }
}
