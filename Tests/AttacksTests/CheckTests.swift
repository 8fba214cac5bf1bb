import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import Testing

/// The checks themselves: what breaks a law is found.
@Suite struct CheckTests {
  @Test func aBudgetExceededByRoundingIsFound() async throws {
    await #expect(throws: BrokenLaw.self) {
      try await checkGeometry(RoundedBounds(), radius: 8 / 255, on: CPUDevice(threads: 1))
    }
  }
}

/// The projection as it is usually written: the bounds are rounded, and half of them lie outside.
private struct RoundedBounds: Geometry {
  var norm: VectorNorm { .infinity }
  var pixels: ClosedRange<Double> { 0...1 }

  func draw(around images: Tensor, radii: Tensor, _ randomness: Randomness) -> Tensor {
    LInfinityGeometry().draw(around: images, radii: radii, randomness)
  }

  func step(along gradient: Tensor, sizes: Tensor) -> Tensor { gradient.sign() * column(sizes, of: gradient) }

  func project(_ candidate: Tensor, around images: Tensor, radii: Tensor) -> Tensor {
    let reach = column(radii, of: images)
    return candidate.clamped(images - reach, images + reach).clamped(to: pixels)
  }

  private func column(_ numbers: Tensor, of images: Tensor) -> Tensor {
    numbers.reshaped(Shape(numbers.shape.extents + [Int](repeating: 1, count: images.rank - 1)))
  }
}
