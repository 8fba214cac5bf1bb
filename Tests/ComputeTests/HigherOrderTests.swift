import Compute
import ComputeTestSupport
import Testing

/// Transforms of transforms, on functions whose derivatives are not those of one primitive.
@Suite struct HigherOrderTests {
  /// A small network of a matrix product, a convolution-like window and saturating functions.
  private static let network = PrimitiveSample(
    "network", [.smooth([2, 3]), .smooth([3, 4]), .smooth([4, 2])], order: 3
  ) { x in x[0].matmul(x[1]).tanh().matmul(x[2]).sigmoid() }

  private static let penalty = PrimitiveSample(
    "gradient norm penalty", [.smooth([2, 3]), .smooth([3, 2])], order: 2
  ) { x in
    let slope = gradient { $0.matmul(x[1]).tanh() }(x[0])
    return (slope * slope).sum([1]).sqrt()
  }

  private static let convolutional = PrimitiveSample(
    "convolutional network", [.smooth([1, 1, 5, 4]), .smooth([2, 1, 3, 3]), .smooth([8, 3])], order: 2
  ) { x in
    let features = x[0].convolved(x[1], padding: 1).sin().averagePooled(WindowGeometry([2, 2]))
    return features.flattened().matmul(x[2]).tanh()
  }

  @Test(arguments: [network, penalty, convolutional]) func derivativesAgreeWithDifferences(
    _ sample: PrimitiveSample
  ) async throws {
    try await checkPrimitive(sample)
  }

  private static let point = SampleInput.smooth([4])

  private static func values(
    _ inputs: [SampleInput], _ function: @escaping @Sendable ([Tensor]) -> [Tensor]
  ) throws -> [ReferenceArray] {
    let sample = PrimitiveSample("values", inputs, results: { function($1) })
    return try sample.graph().interpret(sample.arguments)
  }

  private static func wave(_ x: Tensor) -> Tensor { (x * x.sum()).sin() + x.cumulativeSum().exp() * 0.1 }

  @Test func hessianVectorProductsAreHessiansTimesVectors() throws {
    let results = try Self.values([Self.point, Self.point]) { x in
      let hessian = jacobian(gradient(Self.wave))(x[0])
      let product = hvp(Self.wave, at: x[0], times: x[1])
      return [product, hessian.matmul(x[1].reshaped([4, 1])).reshaped([4]), hessian, hessian.transposed]
    }
    try requireClose(results[0], results[1], tolerance: 1e-12, "hvp")
    try requireClose(results[2], results[3], tolerance: 1e-12, "symmetry")
  }

  @Test func hessianVectorProductsAgreeWithDifferences() throws {
    try checkDerivatives(
      PrimitiveSample("hvp", [Self.point, Self.point], order: 1) { hvp(Self.wave, at: $0[0], times: $0[1]) })
    let sample = PrimitiveSample("gradient", [Self.point], order: 1) { gradient(Self.wave)($0[0]) }
    try checkForwardDerivative(sample)
  }

  @Test func theJacobianHasTheAxesOfResultAndPoint() throws {
    let results = try Self.values([.smooth([2, 3]), .smooth([2, 3])]) { x in
      let function = { (y: Tensor) in (y * y).sum([1]) }
      let matrix = jacobian(function)(x[0])
      let pushed = (matrix * x[1]).sum([1, 2])
      return [matrix, pushed, jvp(function, at: x[0], along: x[1]).tangent]
    }
    #expect(results[0].shape == [2, 2, 3])
    try requireClose(results[1], results[2], tolerance: 1e-12, "jacobian times a tangent")
  }

  /// Samples of a batch do not depend on each other, so their Jacobians are diagonal blocks of the whole one.
  @Test func jacobianRowsAreThoseOfEachSample() throws {
    let inputs: [SampleInput] = [.smooth([2, 3]), .smooth([3, 4]), .int32([2, 2], [3, 0, 2, 4])]
    let results = try Self.values(inputs) { x in
      let model = { (image: Tensor) in image.matmul(x[1]).tanh() }
      let logits = model(x[0])
      let whole = jacobian(model)(x[0])
      let blocks = Tensor.stacked(
        (0..<2).map { n in
          whole.sliced(axis: 0, from: n, count: 1).sliced(axis: 2, from: n, count: 1).reshaped([4, 3])
        })
      let all = logits.jacobian(withRespectTo: x[0])
      let chosen = logits.jacobian(withRespectTo: x[0], rows: [2, 0])
      let expectedChosen = Tensor.concatenated(
        [2, 0].map { blocks.sliced(axis: 1, from: $0, count: 1) }, axis: 1)
      let own = logits.jacobian(withRespectTo: x[0], rows: x[2])
      let zero = blocks.sliced(axis: 1, from: 0, count: 1).zeros
      let extended = Tensor.concatenated([blocks, zero], axis: 1)
      let expectedOwn = Tensor.stacked(
        [[3, 0], [2, 4]].enumerated().map { n, rows in
          Tensor.concatenated(
            rows.map { extended.sliced(axis: 0, from: n, count: 1).sliced(axis: 1, from: $0, count: 1) },
            axis: 1
          ).reshaped([2, 3])
        })
      return [all, blocks, chosen, expectedChosen, own, expectedOwn]
    }
    for pair in 0..<3 {
      try requireClose(results[2 * pair], results[2 * pair + 1], tolerance: 1e-12, "rows \(pair)")
    }
  }

  @Test func jacobiansAreDifferentiable() throws {
    try checkDerivatives(
      PrimitiveSample("jacobian", [.smooth([2, 3]), .smooth([3, 2])], order: 2) { x in
        x[0].matmul(x[1]).tanh().jacobian(withRespectTo: x[0], rows: [1])
      })
  }

  @Test func vmapsNestAndShareWhatTheyCapture() throws {
    let results = try Self.values([.smooth([2, 3]), .smooth([4, 3])]) { x in
      let products = vmap { (a: Tensor) in vmap { (b: Tensor) in (a * b).sum() }(x[1]) }(x[0])
      return [products, x[0].matmul(x[1].transposed)]
    }
    try requireClose(results[0], results[1], tolerance: 1e-12, "nested vmap")
  }

  @Test func vmapOfAnEmptyBatchIsEmpty() throws {
    let results = try Self.values([.smooth([0, 2, 3]), .smooth([3, 2])]) { x in
      [vmap { (a: Tensor) in a.matmul(x[1]).tanh() }(x[0])]
    }
    #expect(results[0].shape == [0, 2, 2])
  }

  @Test func derivativesOfWhatDoesNotDependAreZero() throws {
    let results = try Self.values([Self.point]) { x in
      [
        gradient { _ in x[0].scope.full([3], 2) }(x[0]),
        x[0].exp().gradient(withRespectTo: x[0].scope.full([2], 1)),
      ]
    }
    #expect(results.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
  }
}
