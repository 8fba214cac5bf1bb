import Compute
import ComputeTestSupport
import Networks
import Testing

/// What layers do differently in training and in inference, and how they are named.
@Suite struct LayerTests {
  /// The outputs of a layer in double precision, and the statistics it recorded.
  private func applied(
    _ layer: some Layer, to images: HostArray, training: Bool, seed: UInt64 = 1
  ) throws -> (output: [Double], statistics: [String: [Double]]) {
    let model = try Model(layer, input: Shape(Array(images.shape.extents.dropFirst())), seed: 2)
    var names: [String] = []
    let graph = try Graph { scope in
      let randomness = Randomness(seed: seed, samples: scope.iota([images.shape[0]], axis: 0))
      let (outputs, statistics) = model.bound(in: scope).applied(
        to: [scope.input("images", images.shape)],
        mode: training ? .training(randomness: randomness) : .inference)
      names = statistics.keys.sorted()
      return outputs + names.compactMap { statistics[$0] }
    }
    var arguments = model.values.mapValues { ReferenceArray($0) }
    arguments["images"] = ReferenceArray(images)
    let values = try graph.interpret(arguments).map(\.values)
    return (values[0], Dictionary(uniqueKeysWithValues: zip(names, values.dropFirst())))
  }

  private func isNear(_ value: Double?, _ expected: Double) -> Bool {
    value.map { abs($0 - expected) < 1e-12 } ?? false
  }

  @Test func batchNormalizationMeasuresTheBatch() throws {
    // One channel of the values 1, 2, 3, 6: mean 3, biased variance 3.5, unbiased 14/3.
    let images = HostArray([2, 1, 1, 2], [Float]([1, 2, 3, 6]))
    let layer = BatchNormalization(epsilon: 0, momentum: 0.25)
    let (output, statistics) = try applied(layer, to: images, training: true)
    for (value, x) in zip(output, [1.0, 2, 3, 6]) {
      #expect(isNear(value, (x - 3) / 3.5.squareRoot()))
    }
    #expect(isNear(statistics["running_mean"]?[0], 0.25 * 3))
    #expect(isNear(statistics["running_var"]?[0], 0.75 + 0.25 * 14 / 3))
    let inference = try applied(layer, to: images, training: false)
    #expect(inference.output == [1, 2, 3, 6], "mean 0 and variance 1 to begin with")
    #expect(inference.statistics.isEmpty)
  }

  @Test func dropoutKeepsTheMean() throws {
    let images = HostArray([4, 1_000], [Float](repeating: 1, count: 4_000))
    let (output, _) = try applied(Dropout(0.2), to: images, training: true)
    #expect(Set(output) == [0, 1.25])
    let mean = output.reduce(0, +) / 4_000
    #expect(abs(mean - 1) < 5 * (0.25 / 4_000.0).squareRoot())
    #expect(try applied(Dropout(0.2), to: images, training: true).output == output)
    #expect(try applied(Dropout(0.2), to: images, training: true, seed: 2).output != output)
    #expect(try applied(Dropout(0.2), to: images, training: false).output == images.floats.map(Double.init))
  }

  @Test func dropoutsOfOneNetworkDropDifferentThings() throws {
    let images = HostArray([1, 200], [Float](repeating: 1, count: 200))
    let (output, _) = try applied(Sequential(Dropout(0.5), Dropout(0.5)), to: images, training: true)
    let kept = output.count { $0 != 0 }
    #expect(
      (20...80).contains(kept), "\(kept) of 200 are left; a quarter is expected, a half if both were the same"
    )
  }

  @Test func inputNormalizationHasNoParameters() throws {
    let layer = InputNormalization(mean: [0.5, 0.25], deviation: [0.5, 2])
    let (output, _) = try applied(layer, to: HostArray([1, 2, 1, 1], [Float]([1, 1])), training: false)
    #expect(output == [1, 0.375])
    #expect(try layer.declarations(input: [2, 1, 1]).isEmpty)
  }

  @Test func aPaddedShortcutTakesEveryOtherPixel() throws {
    struct Shortcut: Layer {
      func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
        ResidualShortcut.padding(input, channels: 3, stride: 2, scope)
      }
    }
    let images = HostArray([1, 1, 3, 3], [Float]([1, 2, 3, 4, 5, 6, 7, 8, 9]))
    let (output, _) = try applied(Shortcut(), to: images, training: false)
    #expect(output == [0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0])
  }

  @Test func namesAreThoseOfStateDictionaries() throws {
    let names = { (layer: any Layer, input: Shape) in try layer.declarations(input: input).map(\.name) }
    #expect(try names(Linear(2), [3]) == ["weight", "bias"])
    #expect(
      try names(Sequential(Convolution(2, kernel: 1, hasBias: false), BatchNormalization()), [1, 2, 2])
        == ["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var"])
    let residual = try names(CIFARResNet(depth: 8, shortcut: .projection), [3, 8, 8])
    #expect(
      residual.contains("layer2.0.downsample.0.weight") && residual.contains("layer3.0.bn2.running_var"))
    let transformer = try names(VisionTransformer(width: 6, depth: 1), [3, 8, 8])
    #expect(transformer.contains("blocks.0.attn.qkv.bias") && transformer.contains("patch_embed.proj.weight"))
  }
}
