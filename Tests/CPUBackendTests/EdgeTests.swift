import CPUBackend
import ComputeTestSupport
import Testing

/// Values and derivatives at 0, at corners and at infinity, with every instruction set.
@Suite struct EdgeTests {
  @Test(arguments: EdgeCase.all, InstructionSet.available)
  func areThoseOfPyTorch(_ edge: EdgeCase, _ set: InstructionSet) async throws {
    try await checkEdges(edge, evaluator: evaluator(on: CPUDevice(threads: 1, instructionSet: set)))
  }
}
