import Compute
import Testing

@Suite struct RandomnessTests {
  private static let seed: UInt64 = 0x1234_5678_9ABC_DEF0

  /// What `draw` gives for samples of these original indices, sample by sample.
  private func draws(
    _ samples: [Int], seed: UInt64 = Self.seed, _ draw: (Randomness) -> Tensor
  ) throws -> [[Double]] {
    let found = try values(at: [integers([samples.count], samples)]) {
      [draw(Randomness(seed: seed, samples: $0[0]))]
    }
    let count = found[0].count / samples.count
    return samples.indices.map { Array(found[0][($0 * count)..<(($0 + 1) * count)]) }
  }

  @Test func blocksAreThoseOfThePublishedVectors() {
    let pi: (UInt32, UInt32, UInt32, UInt32) = (0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344)
    #expect(
      Philox.block(counter: (0, 0, 0, 0), key: (0, 0)) == (0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
    )
    #expect(
      Philox.block(counter: (~0, ~0, ~0, ~0), key: (~0, ~0)) == (
        0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD
      ))
    #expect(
      Philox.block(counter: pi, key: (0xA409_3822, 0x299F_31D0))
        == (0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1))
  }

  @Test func bitsAreLaidOutAsDocumented() throws {
    let found = try draws([70_000, 3]) { $0.purpose(40_000).restart(65_538).step(9).bits([2, 3]) }
    for (index, sample) in [UInt32(70_000), 3].enumerated() {
      let expected = (0..<2).flatMap { block in
        let words = Philox.block(
          counter: (UInt32(block), sample, 9, 40_000 << 16 | 2), key: (0x9ABC_DEF0, 0x1234_5678))
        return [words.0, words.1, words.2, words.3].map { Double(Int32(bitPattern: $0)) }
      }
      #expect(found[index] == Array(expected[..<6]))
    }
  }

  @Test func aSampleDrawsTheSameAnywhereInAnyBatch() throws {
    let kinds: [(Randomness) -> Tensor] = [
      { $0.bits([5]) }, { $0.uniform([5], in: -1..<3) }, { $0.normal([5]) }, { $0.signs([5]) },
      { $0.integers([5], below: 10) }, { $0.onUnitSphere([5]) }, { $0.inUnitBall([5]) },
    ]
    for draw in kinds {
      let whole = try draws(Array(0..<7), draw)
      #expect(try draws([5, 2, 2], draw) == [whole[5], whole[2], whole[2]])
      #expect(try draws([6], draw) == [whole[6]])
      #expect(Set(whole).count == 7)
    }
  }

  @Test func seedsRestartsAndStepsCanBeInputs() throws {
    let points = [integers([2], [4, 5]), integers([], [77]), integers([], [-3]), integers([2], [1, 2])]
    let found = try values(at: points) { x in
      let source = Randomness(seed: (x[1], x[2]), samples: x[0], purpose: 6)
      return [source.restart(x[3]).step(x[1]).bits([3]).reshaped([6])]
    }
    for sample in 0..<2 {
      let words = Philox.block(
        counter: (0, UInt32(4 + sample), 77, 6 << 16 | UInt32(1 + sample)), key: (77, UInt32(bitPattern: -3)))
      let expected = [words.0, words.1, words.2].map { Double(Int32(bitPattern: $0)) }
      #expect(Array(found[0][(sample * 3)..<(sample * 3 + 3)]) == expected)
    }
  }

  @Test func everyPartOfTheKeyMatters() throws {
    let sources: [(Randomness) -> Tensor] = [
      { $0.bits([4]) }, { $0.purpose(1).bits([4]) }, { $0.restart(1).bits([4]) }, { $0.step(1).bits([4]) },
    ]
    let found =
      try sources.map { try draws([0], $0)[0] } + [try draws([0], seed: 1) { $0.bits([4]) }[0]]
      + [try draws([0], seed: Self.seed ^ 1 << 40) { $0.bits([4]) }[0]]
    #expect(Set(found.flatMap { $0 }).count == 24)
  }

  @Test func iterationsOfALoopDrawTheirOwnNumbers() throws {
    let found = try values(at: [integers([1], [2])]) { x in
      let source = Randomness(seed: 5, samples: x[0])
      let looped = [x[0].scope.full([1, 3], 0)].iterated(3) { state, step in
        [state[0] * 2 + source.step(step).uniform([3])]
      }
      let drawn = (0..<3).map { source.step($0).uniform([3]) }
      return [looped[0], (drawn[0] * 2 + drawn[1]) * 2 + drawn[2]]
    }
    #expect(agree(found[0], found[1]))
  }
}
