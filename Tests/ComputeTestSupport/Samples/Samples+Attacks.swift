import Compute

extension PrimitiveSample {
  /// The operations of attacks that are compositions with kernels of their own.
  ///
  /// Around the inputs that are differentiated no projection begins or ends, and no derivative changes its sign.
  static let attacks: [PrimitiveSample] = steps + seeds

  private static func step(
    _ norm: VectorNorm, _ pixels: ClosedRange<Double> = 0...1
  ) -> @Sendable ([Tensor]) -> Tensor {
    { $0[0].steppedAndProjected(norm, along: $0[1], by: $0[3], around: $0[2], radius: $0[4], pixels: pixels) }
  }

  private static func stepInputs(
    _ shape: Shape, size: ClosedRange<Double>, radius: ClosedRange<Double>
  ) -> [SampleInput] {
    let samples: Shape = [shape[0]]
    let images = SampleInput(shape, .uniform(0.4...0.6))
    return [
      images, SampleInput(shape, .avoiding([0], -1...1)), images, SampleInput(samples, .uniform(size)),
      SampleInput(samples, .uniform(radius)),
    ]
  }

  private static var steps: [PrimitiveSample] {
    [
      PrimitiveSample(
        "step inside a cube", stepInputs([2, 3, 2], size: 0.05...0.1, radius: 0.35...0.4), step(.infinity)),
      PrimitiveSample(
        "step out of a cube", stepInputs([2, 17], size: 0.2...0.3, radius: 0.05...0.1), order: 0,
        step(.infinity)),
      PrimitiveSample(
        "step out of the range of pixels", stepInputs([3, 2, 5], size: 0.4...0.5, radius: 1...2), order: 0,
        step(.infinity, 0.25...0.75)),
      PrimitiveSample(
        "step inside a ball", stepInputs([2, 2, 2], size: 0.1...0.2, radius: 1.5...2), step(.two)),
      PrimitiveSample(
        "step out of a ball", stepInputs([2, 3], size: 0.4...0.45, radius: 0.05...0.1), step(.two)),
      PrimitiveSample(
        "step of many pixels", stepInputs([2, 3, 11, 9], size: 2...3, radius: 0.5...1), order: 0, step(.two)),
      PrimitiveSample(
        "step out of a ball and the range of pixels", stepInputs([3, 5], size: 1...1.2, radius: 0.8...0.9),
        order: 0,
        step(.two, -0.25...0.75)),
      PrimitiveSample(
        "step along nothing",
        [
          SampleInput([2, 3], .uniform(0.4...0.6)), .floats([2, 3], [0, 0, 0, 0.5, -0.25, 1]),
          SampleInput([2], .uniform(0.1...0.2)),
        ], order: 0
      ) { x in
        let radius = x[0].scope.full([2], 0.1)
        return x[0].steppedAndProjected(.two, along: x[1], by: x[2], around: x[0], radius: radius)
      },
      PrimitiveSample("steps of no samples", stepInputs([0, 3], size: 1...2, radius: 1...2), step(.two)),
    ]
  }

  private static let rows: [Double] = [2, 0, 2, -1, 3, 1]

  private static var seeds: [PrimitiveSample] {
    [
      PrimitiveSample("cotangents of a Jacobian", [.int32([3, 2], rows)], order: 0) {
        $0[0].jacobianSeeds(3)
      },
      PrimitiveSample("cotangents of many rows", [.int32([5, 31], rows)], order: 0) {
        $0[0].jacobianSeeds(4)
      },
      PrimitiveSample("chosen rows of a Jacobian", [.smooth([2, 3]), .int32([2, 2], rows)]) { x in
        (x[0].sin() * x[0].sum([1], keepingAxes: true)).jacobian(withRespectTo: x[0], rows: x[1])
      },
    ]
  }
}
