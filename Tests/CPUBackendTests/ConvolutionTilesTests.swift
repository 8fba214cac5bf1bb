import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Convolutions wide enough for matrix tiles; where the processor has none, the kernels that stand in for them.
@Suite struct ConvolutionTilesTests {
  static let cases = [
    WideConvolution(inputs: 32, outputs: 32, height: 16, width: 16),
    WideConvolution(inputs: 17, outputs: 40, height: 5, width: 7),
    WideConvolution(inputs: 48, outputs: 16, height: 8, width: 8),
    WideConvolution(inputs: 64, outputs: 96, height: 16, width: 16, stride: 2),
    WideConvolution(inputs: 40, outputs: 33, height: 9, width: 9, stride: 2),
    WideConvolution(inputs: 64, outputs: 32, height: 4, width: 4, kernel: [1, 1], stride: 2, padding: 0),
    WideConvolution(inputs: 32, outputs: 48, height: 6, width: 20, kernel: [1, 1], padding: 0),
    WideConvolution(inputs: 32, outputs: 20, height: 10, width: 12, dilation: 2),
    WideConvolution(inputs: 96, outputs: 64, height: 7, width: 7, kernel: [2, 3], groups: 2),
    WideConvolution(inputs: 128, outputs: 128, height: 2, width: 2),
  ]

  @Test(arguments: cases, [1, 3, 17]) func agreesWithTheInterpreter(
    _ example: WideConvolution, _ batch: Int
  ) async throws {
    try await example.checkAgreement(batch: batch, on: CPUDevice())
  }

  @Test(arguments: cases) func neighboursChangeNoBit(_ example: WideConvolution) async throws {
    try await example.checkNeighbours(on: CPUDevice())
  }

  @Test func tilesAreChosenWhereTheProcessorHasThem() throws {
    let plan = try Plan(ConvolutionTilesTests.cases[3].graph(batch: 2), family: .cpu)
    #expect(plan.launchesByKernel["convolution_tiles"] == 2)
    let hasTiles = InstructionSet.available.contains(.amx)
    #expect(try CPUDevice().planOptions.contains(.matrixTiles) == hasTiles)
    #expect(try !CPUDevice(instructionSet: .portable).planOptions.contains(.matrixTiles))
  }
}
