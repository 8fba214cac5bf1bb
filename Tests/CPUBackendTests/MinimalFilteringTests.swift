import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Minimal filtering of convolutions of stride 2 and their adjoints, and of small images, on every instruction set
/// without matrix tiles.
@Suite struct MinimalFilteringTests {
  static let cases = [
    WideConvolution(inputs: 32, outputs: 64, height: 16, width: 16, stride: 2),
    WideConvolution(inputs: 16, outputs: 33, height: 9, width: 14, stride: 2),
    WideConvolution(inputs: 40, outputs: 17, height: 13, width: 7, stride: 2, padding: 0),
    WideConvolution(inputs: 20, outputs: 80, height: 8, width: 11, stride: 2, padding: 2),
    WideConvolution(inputs: 100, outputs: 48, height: 7, width: 8, stride: 2),
  ]
  static let small = [
    WideConvolution(inputs: 512, outputs: 520, height: 4, width: 3),
    WideConvolution(inputs: 24, outputs: 70, height: 2, width: 2),
  ]
  static let instructionSets = InstructionSet.available.filter { $0 != .amx }

  @Test(arguments: cases + small, instructionSets) func agreesWithTheInterpreter(
    _ example: WideConvolution, _ instructionSet: InstructionSet
  ) async throws {
    let device = try CPUDevice(instructionSet: instructionSet)
    for batch in [1, 3, 17] { try await example.checkAgreement(batch: batch, on: device) }
  }

  @Test(arguments: cases + small) func neighboursChangeNoBit(_ example: WideConvolution) async throws {
    try await example.checkNeighbours(on: CPUDevice(instructionSet: Self.instructionSets.last))
  }

  @Test(arguments: cases) func itIsChosenForwardAndBackward(_ example: WideConvolution) throws {
    let plan = try Plan(
      example.graph(batch: 2), family: .cpu, options: .all.subtracting(.matrixTiles))
    #expect(plan.launchesByKernel["convolution_winograd_strided"] == 2)
  }

  @Test(arguments: small) func smallImagesTakeSmallTiles(_ example: WideConvolution) throws {
    let plan = try Plan(example.graph(batch: 2), family: .cpu, options: .all.subtracting(.matrixTiles))
    #expect(plan.launchesByKernel["convolution_winograd"] == 2)
    let reasons = plan.launches(of: .run).compactMap(\.launch.purpose.reason)
    #expect(reasons.filter { $0.contains("F(2x2, 3x3)") }.count == 2)
  }

  /// Small images would mostly be padding, and where a max pool follows, equal patches must round alike.
  @Test func itIsNotChosenWhereItSavesNothing() throws {
    let small = WideConvolution(inputs: 32, outputs: 32, height: 4, width: 4, stride: 2)
    let plan = try Plan(small.graph(batch: 2), family: .cpu, options: .all.subtracting(.matrixTiles))
    #expect(plan.launchesByKernel["convolution_winograd_strided"] == nil)
    let pooled = try Graph { scope in
      let image = scope.input("image", [2, 32, 16, 16])
      let weight = scope.parameter("weight", [32, 32, 3, 3])
      return [
        image.convolved(weight, stride: 2, padding: 1).maxPooled(WindowGeometry([2, 2], stride: [2, 2]))
      ]
    }
    let counts = Plan(pooled, family: .cpu, options: .all.subtracting(.matrixTiles)).launchesByKernel
    #expect(counts["convolution_winograd_strided"] == nil && counts["convolution_direct"] == 1)
  }
}
