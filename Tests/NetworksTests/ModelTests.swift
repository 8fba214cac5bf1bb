import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

/// How models are made, and what is said where that is not possible.
@Suite struct ModelTests {
  /// A layer written on the spot.
  private struct Written: Layer {
    let body: @Sendable (Tensor, NetworkScope) -> Tensor
    func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor { body(input, scope) }
  }

  private func failure(_ layer: some Layer, input: Shape) -> String {
    do {
      _ = try Model(layer, input: input, seed: 0)
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func portsSayWhatIsTaken() throws {
    let model = try Model(SixLayerCNN(classes: 7), input: [3, 32, 32], seed: 0)
    #expect(model.inputs == [Model.Port("images", [nil, 3, 32, 32])])
    #expect(model.outputs == [Model.Port("logits", [nil, 7])])
    #expect(model.parameters.map(\.name) == model.parameters.map(\.name).uniqued())
    #expect(model.parameters.count { $0.role == .statistic } == 12)
  }

  @Test func aNameThatIsUsedTwiceIsAnError() {
    let twice = Written { input, scope in Linear(3)(Linear(3)(input, scope["same"]), scope["same"]) }
    let message = failure(twice, input: [3])
    #expect(message.contains("same.weight"), "\(message)")
  }

  @Test func misuseNamesTheLayer() {
    let cases: [(any Layer, Shape, String)] = [
      (Sequential(Flatten(), Convolution(4, kernel: 3)), [1, 4, 4], "1: a 3 by 3 convolution"),
      (Sequential(Convolution(4, kernel: 3, groups: 2)), [3, 4, 4], "0: a 3 by 3 convolution"),
      (Convolution(4, kernel: 7), [1, 4, 4], "does not fit"),
      (Convolution(4, kernel: 3, groups: 0), [1, 4, 4], "0 groups"),
      (MaxPool(2, padding: 2), [1, 4, 4], "half the window"),
      (CIFARResNet(depth: 21), [3, 8, 8], "6 n + 2"),
      (WideResNet(depth: 28, width: 0), [3, 8, 8], "a width of 1 or more"),
      (VisionTransformer(heads: 5), [3, 8, 8], "blocks.0.attn: an attention of 5 heads"),
      (VisionTransformer(patch: 3), [3, 8, 8], "patch_embed: an embedding"),
      (InputNormalization.cifar10, [1, 8, 8], "3 means"),
      (Dropout(1), [4], "a rate in 0..<1"),
      (Residual(Linear(3)), [4], "one shape"),
      (Linear(-1), [4], "1 feature or more"),
      (Linear(2), [0], "no elements"),
      (Written { input, _ in input.sum() }, [4], "no batch axis"),
      (CIFARResNet(depth: 8), [5], "images [N, C, H, W]"),
      (VisionTransformer(), [5], "images [N, C, H, W]"),
    ]
    for (layer, input, expected) in cases {
      let message = failure(layer, input: input)
      #expect(message.contains(expected), "\(message)")
    }
  }

  @Test func anImageOfAnotherSizeIsAnError() throws {
    let model = try Model(LeNet5(), input: [1, 28, 28], seed: 0)
    #expect(throws: LayerError.self) {
      try Graph { scope in [model.bound(in: scope)(scope.input("images", [1, 1, 32, 32]))] }
    }
  }

  @Test func architecturesAreKnownByName() throws {
    #expect(Architecture.all.map(\.name) == Architecture.all.map(\.name).uniqued())
    for architecture in Architecture.all {
      let declared = try architecture.network(4).declarations(input: architecture.input)
      #expect(declared.last?.shape == [4], "\(architecture.name): the last bias has one number a class")
    }
    #expect(try Architecture.named("lenet5")?.model(classes: 3, seed: 0).outputs.first?.extents == [nil, 3])
    #expect(Architecture.named("alexnet") == nil)
  }

  @Test func normalizationsOfInferenceCostNoLaunch() throws {
    let plan = { (normalization: InputNormalization?) in
      let model = try Model(SixLayerCNN(normalization: normalization), input: [3, 32, 32], seed: 0)
      let graph = try Graph { scope in [model.bound(in: scope)(scope.input("images", [8, 3, 32, 32]))] }
      return Plan(graph, family: .cpu)
    }
    let bare = try plan(nil)
    let convolutions = bare.launchesByKernel.filter { $0.key.hasPrefix("convolution") }.values.reduce(0, +)
    #expect(convolutions == 6)
    #expect(bare.launchCount <= 9, "six convolutions, a pooling, a linear layer: \(bare.launchesByKernel)")
    #expect(try plan(.cifar10).launchCount <= bare.launchCount + 1)
  }
}

extension [String] {
  fileprivate func uniqued() -> [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
