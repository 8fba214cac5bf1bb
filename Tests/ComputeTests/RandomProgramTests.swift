import Compute
import ComputeTestSupport
import Foundation
import Testing

@Suite struct RandomProgramTests {
  /// How many programs a run checks; the environment variable asks for more than the quick default.
  static let count = ProcessInfo.processInfo.environment["TREMOR_RANDOM_PROGRAMS"].flatMap(UInt64.init) ?? 200

  @Test(arguments: [0, 1, 2, 3]) func obeysTheLawsOfGraphs(_ part: UInt64) throws {
    for seed in stride(from: part, to: Self.count, by: 4) {
      try checkRandomProgram(RandomProgram(seed: seed))
    }
  }
}
