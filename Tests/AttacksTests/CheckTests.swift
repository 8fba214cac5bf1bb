import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import Testing

/// The checks themselves: what breaks a law is found.
@Suite struct CheckTests {
  @Test func aBudgetExceededByRoundingIsFound() async throws {
    await #expect(throws: BrokenLaw.self) {
      try await checkThreatModel(RoundedBall(budget: 8 / 255), on: CPUDevice(threads: 1))
    }
  }
}

/// The ball as it is usually written: the bounds are rounded, and half of them lie outside.
private struct RoundedBall: ThreatModel {
  var budget: Ratio
  var norm: VectorNorm { .infinity }
  var pixels: ClosedRange<Double> { 0...1 }

  func start(around images: Tensor, _ randomness: Randomness) -> Tensor {
    LInfinityBall(radius: radius).start(around: images, randomness)
  }

  func step(along gradient: Tensor, sizes: Tensor) -> Tensor {
    let ones = [Int](repeating: 1, count: gradient.rank - 1)
    return gradient.sign() * sizes.reshaped(Shape(sizes.shape.extents + ones))
  }

  func project(_ candidate: Tensor, around images: Tensor) -> Tensor {
    candidate.clamped(images - radius, images + radius).clamped(to: pixels)
  }
}
