import Compute
import ComputeTestSupport
import Testing

@Suite struct PrimitiveTests {
  @Test(arguments: PrimitiveSample.all) func obeysItsLaws(_ sample: PrimitiveSample) async throws {
    try await checkPrimitive(sample)
  }
}
