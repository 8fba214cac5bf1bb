import Compute
import ComputeTestSupport
import Testing

@Suite struct RandomProgramTests {
  @Test(arguments: [0, 1, 2, 3]) func obeysTheLawsOfGraphs(_ part: UInt64) throws {
    for seed in stride(from: part, to: RandomProgram.requestedCount, by: 4) {
      try checkRandomProgram(RandomProgram(seed: seed))
    }
  }
}
