import ComputeTestSupport
import Testing

/// Values and derivatives at 0, at corners and at infinity, as the interpreter has them.
@Suite struct EdgeTests {
  @Test(arguments: EdgeCase.all) func areThoseOfPyTorch(_ edge: EdgeCase) async throws {
    try await checkEdges(edge)
  }
}
