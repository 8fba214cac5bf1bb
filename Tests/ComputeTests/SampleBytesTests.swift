import Compute
import Testing

/// How large a sample is decides on tiles; weights are no part of it.
@Suite struct SampleBytesTests {
  @Sendable private func layers(_ count: Int, _ scope: Scope, _ x: Tensor) -> Tensor {
    x.convolved(scope.parameter("weight", [8, 3, 3, 3]), padding: 1).relu()
  }

  @Test func theLargestValueOfASampleCounts() throws {
    let bytes = try Graph.sampleBytes { count in
      try Graph { scope in
        let large = scope.parameter("large", [4096, 10])
        let x = layers(count, scope, scope.input("x", [count, 3, 4, 4]))
        return [
          x.globalAveragePooled().sum([1], keepingAxes: true).broadcast(to: [count, 4096]).matmul(large)
        ]
      }
    }
    #expect(bytes == 4096 * 4)
  }

  @Test func loopsAreLookedInto() throws {
    let bytes = try Graph.sampleBytes { count in
      try Graph { scope in
        let start = scope.input("x", [count, 3, 4, 4])
        return [start.iterated(3) { x in layers(count, scope, x).sliced(axis: 1, from: 0, count: 3) }]
      }
    }
    #expect(bytes == 8 * 4 * 4 * 4)
  }
}
