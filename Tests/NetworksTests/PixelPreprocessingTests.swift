import CPUBackend
import Compute
import Networks
import Testing

/// A preprocessing in front of a model is the arithmetic that it says, and derivatives are those of the pixels.
@Suite struct PixelPreprocessingTests {
  private static let shapes: [Shape] = [[3, 4, 5], [4, 5, 3], [3, 4, 3], [7]]

  private func preprocessing(_ channels: Int) -> PixelPreprocessing {
    var preprocessing = PixelPreprocessing()
    preprocessing.range = -1...3
    preprocessing.mean = (0..<channels).map { 0.2 + 0.3 * Double($0) }
    preprocessing.deviation = (0..<channels).map { 0.5 + Double($0) }
    return preprocessing
  }

  /// A model that gives its input.
  private func identity(_ sample: Shape) -> Model {
    Model(
      inputs: [.init("images", [nil] + sample.extents)], outputs: [.init("same", [nil] + sample.extents)],
      parameters: []
    ) { inputs, _ in inputs }
  }

  @Test(arguments: shapes, [0, 1, 3])
  func pixelsBecomeWhatTheModelTakes(sample: Shape, count: Int) async throws {
    let preprocessing = preprocessing(count)
    guard count != 3 || sample.rank == 3 else {
      #expect(preprocessing.channelAxis(of: sample) == nil)
      return
    }
    let model = identity(sample).behind(preprocessing)
    let device = try CPUDevice(threads: 1)
    let size = sample.count
    let images = HostArray(Shape([2] + sample.extents), (0..<2 * size).map { Float($0 % 11) / 10 })
    let outputs = try await model.outputs(for: images, reading: Weights([:], on: device)).floats
    let isFirst = sample.extents.first == 3
    for (index, output) in outputs.enumerated() {
      let element = index % size
      let channel = count < 3 ? 0 : isFirst ? element / (size / 3) : element % 3
      var expected = Double(images.floats[index]) * 4 - 1
      if count > 0 { expected = (expected - preprocessing.mean[channel]) / preprocessing.deviation[channel] }
      #expect(abs(Double(output) - expected) < 1e-5)
    }
  }

  @Test func elementsWhoseAxesWereJoinedHaveTheirChannels() async throws {
    let (preprocessing, device) = (preprocessing(3), try CPUDevice(threads: 1))
    let images = HostArray([2, 3, 2, 2], (0..<24).map { Float($0) / 24 })
    let plain = identity([3, 2, 2]).behind(preprocessing)
    let flat = identity([12]).behind(preprocessing, channels: (0..<12).map { $0 / 4 })
    let weights = try Weights([:], on: device)
    let expected = try await plain.outputs(for: images, reading: weights)
    let joined = HostArray(TensorType([2, 12]), bytes: images.bytes)
    #expect(try await flat.outputs(for: joined, reading: weights).bytes == expected.bytes)
  }

  @Test func derivativesAreThoseOfThePixels() async throws {
    let device = try CPUDevice(threads: 1)
    let network = Sequential(Convolution(4, kernel: 3), Activation.relu, Flatten(), Linear(5))
    let model = try Model(network, input: [3, 6, 6], seed: 3)
    let weights = try Weights(model.values, on: device)
    let preprocessing = preprocessing(3)
    let pixels = HostArray([4, 3, 6, 6], (0..<432).map { Float(($0 * 37) % 101) / 101 })
    let given = HostArray(
      [4, 3, 6, 6],
      pixels.floats.enumerated().map { index, value in
        let channel = index / 36 % 3
        return Float((Double(value) * 4 - 1 - preprocessing.mean[channel]) / preprocessing.deviation[channel])
      })
    let outer = try await model.behind(preprocessing).jacobians(at: pixels, reading: weights).floats
    let inner = try await model.jacobians(at: given, reading: weights).floats
    for (index, value) in outer.enumerated() {
      let factor = Float(4 / preprocessing.deviation[index / 36 % 3])
      #expect(abs(value - inner[index] * factor) < 1e-4)
    }
  }

  @Test func whatChangesNothingIsLeftOut() throws {
    let model = identity([3])
    #expect(PixelPreprocessing().isIdentity)
    #expect(model.behind(PixelPreprocessing()).inputs == model.inputs)
    var other = PixelPreprocessing()
    other.range = 0...255
    #expect(!other.isIdentity)
  }
}
