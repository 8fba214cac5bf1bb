import CPUBackend
import Compute
import Networks
import Synchronization
import Testing

@Suite struct ModelEvaluationTests {
  private let device: CPUDevice
  private let network = Sequential(Convolution(3, kernel: 3), Activation.relu, Flatten(), Linear(5))
  private let model: Model
  private let images: HostArray
  private let labels: HostArray

  init() throws {
    device = try CPUDevice(threads: 1)
    model = try Model(network, input: [1, 6, 6], seed: 3)
    images = HostArray([7, 1, 6, 6], (0..<252).map { Float(($0 * 37) % 101) / 101 })
    labels = HostArray([7], (0..<7).map { Int32($0 % 5) })
  }

  /// Every quantity computed in tiles of this size.
  private func evaluate(_ model: Model, tile: Int?) async throws -> [HostArray] {
    let weights = try Weights(model.values, on: device)
    return [
      try await model.outputs(for: images, reading: weights, tile: tile),
      try await model.gradients(
        of: { $0.crossEntropy($1) }, at: images, labels: labels, reading: weights, tile: tile),
      try await model.jacobians(at: images, reading: weights, tile: tile),
    ]
  }

  @Test func theTileChangesNoBit() async throws {
    let whole = try await evaluate(model, tile: nil)
    #expect(whole.map(\.shape) == [[7, 5], [7, 1, 6, 6], [7, 5, 1, 6, 6]])
    for tile in [1, 3, 7, 100] { #expect(try await evaluate(model, tile: tile) == whole) }
  }

  @Test func nothingIsTracedTwiceToLearnTheSame() async throws {
    let (network, traces) = (network, Traces())
    var counted = Model(inputs: model.inputs, outputs: model.outputs, parameters: model.parameters) {
      traces.count.add(1, ordering: .relaxed)
      return [network($0[0], $1)]
    }
    let (sample, shape): (Shape, Shape) = ([1, 6, 6], [1, 5])
    #expect(try counted.outputType(for: sample).shape == shape)
    #expect(traces.count.load(ordering: .relaxed) == 1)
    let bytes = try counted.sampleBytes(for: sample)
    #expect(traces.count.load(ordering: .relaxed) == 3)
    counted.parameters[0].value = HostArray([3, 1, 3, 3], [Float](repeating: 0, count: 27))
    #expect(try counted.outputType(for: sample).shape == shape)
    #expect(try counted.sampleBytes(for: sample) == bytes)
    var evaluation = try ModelEvaluation(.outputs, of: counted, sample: sample, on: device)
    #expect(traces.count.load(ordering: .relaxed) == 3)
    try evaluation.prepare(for: 7)
    #expect(traces.count.load(ordering: .relaxed) == 4)
  }

  @Test func samplesOfAnotherShapeAreTracedAnew() throws {
    let any = Model(inputs: model.inputs, outputs: model.outputs, parameters: []) { inputs, _ in inputs }
    #expect(try any.outputType(for: [1, 6, 6]).shape == [1, 1, 6, 6])
    #expect(try any.outputType(for: [2, 5]).shape == [1, 2, 5])
    #expect(try any.sampleBytes(for: [2, 5]) == 40)
    #expect(try any.sampleBytes(for: [3, 5]) == 60)
  }

  private final class Traces: Sendable {
    let count = Atomic(0)
  }

  @Test func aModelOfAFixedNumberOfSamplesTakesAnyNumber() async throws {
    let network = network
    let fixed = Model(
      inputs: [.init("images", [4, 1, 6, 6])], outputs: model.outputs, parameters: model.parameters
    ) { inputs, scope in
      guard inputs[0].shape[0] == 4 else { throw LayerError("", "four samples are needed") }
      return [network(inputs[0], scope)]
    }
    #expect(fixed.fixedSampleCount == 4)
    #expect(try await evaluate(fixed, tile: 3) == evaluate(model, tile: nil))
  }

  @Test func theGradientIsTheJacobianTimesTheLossesGradient() async throws {
    let results = try await evaluate(model, tile: nil)
    let (logits, jacobian) = (results[0].floats, results[2].floats)
    for (index, derivative) in results[1].floats.enumerated() {
      let (sample, pixel) = index.quotientAndRemainder(dividingBy: 36)
      let row = logits[(sample * 5)..<(sample * 5 + 5)].map { Double($0) }
      let sum = row.reduce(0) { $0 + exponential($1) }
      let expected = (0..<5).reduce(0.0) { total, k in
        let probability = exponential(row[k]) / sum - (k == sample % 5 ? 1 : 0)
        return total + probability * Double(jacobian[(sample * 5 + k) * 36 + pixel])
      }
      #expect(abs(expected - Double(derivative)) < 1e-5)
    }
  }

  @Test func moreRowsThanFitAreComputedInParts() async throws {
    let wide = try Model(Sequential(Flatten(), Linear(300)), input: [1, 6, 6], seed: 1)
    let weights = try Weights(wide.values, on: device)
    let jacobian = try await wide.jacobians(at: images, reading: weights)
    #expect(jacobian.shape == [7, 300, 1, 6, 6])
    // The model is affine, so each sample's Jacobian is the weight.
    let rows = jacobian.samples(0..<1).floats
    for sample in 1..<7 { #expect(jacobian.samples(sample..<(sample + 1)).floats == rows) }
    let weight = try #require(wide.parameters.first { $0.value.shape.rank == 2 }).value
    #expect(rows == weight.floats)
  }

  @Test func progressEndsAtTheNumberOfSamples() async throws {
    let weights = try Weights(model.values, on: device)
    var seen: [Int] = []
    _ = try await model.outputs(for: images, reading: weights, tile: 3) { seen.append($0) }
    #expect(seen == [3, 6, 7])
  }

  @Test func samplesThatDoNotFitAreRefused() async throws {
    let weights = try Weights(model.values, on: device)
    let wrong = HostArray([2, 3, 6, 6], [Float](repeating: 0, count: 216))
    await #expect(throws: (any Error).self) { try await model.outputs(for: wrong, reading: weights) }
  }

  /// e to a power, by its series around a reduced argument.
  private func exponential(_ x: Double) -> Double {
    let part = x / 1024
    var (term, sum) = (1.0, 1.0)
    for n in 1..<8 {
      term *= part / Double(n)
      sum += term
    }
    return (0..<10).reduce(sum) { value, _ in value * value }
  }
}
