import AttackTestSupport
import Attacks
import CPUBackend
import Compute
import ComputeTestSupport
import Networks

extension Model {
  /// Logits weight · x + bias, for a weight of `[K, D]` and images of D pixels in any shape; changed by a
  /// function.
  static func affine(
    _ weight: [[Float]], _ bias: [Float], image: [Int],
    then change: @escaping @Sendable (Tensor) -> Tensor = { $0 }
  ) -> Model {
    let size = weight[0].count
    return Model(
      inputs: [Port("images", [nil] + image)], outputs: [Port("logits", [nil, weight.count])],
      parameters: [
        Parameter("weight", HostArray([weight.count, size], weight.flatMap { $0 })),
        Parameter("bias", HostArray([bias.count], bias)),
      ]
    ) { inputs, scope in
      guard let weight = scope.parameter("weight"), let bias = scope.parameter("bias") else { return [] }
      return [change(inputs[0].flattened().linear(LinearWeights(weight, bias: bias)))]
    }
  }
}

/// A model and samples, most of which it classifies rightly.
struct AttackedModel {
  let model: Model
  let images: HostArray
  let labels: [Int32]

  var samples: AttackSamples { get throws { try AttackSamples(images: images, labels: labels) } }

  /// The part with these positions, in this order.
  func samples(at positions: [Int]) throws -> AttackSamples {
    let shape = Shape([positions.count] + images.shape.extents.dropFirst())
    return try AttackSamples(
      images: HostArray(
        TensorType(shape), bytes: positions.flatMap { images.samples($0..<($0 + 1)).bytes }),
      labels: positions.map { labels[$0] }, indices: positions.map(Int32.init))
  }

  /// Convolutions of random weights on random images; every seventh label is wrong.
  static func convolutions(seed: UInt64, count: Int = 41) async throws -> AttackedModel {
    var generator = SeededGenerator(seed: seed)
    func array(_ shape: Shape, _ scale: Float) -> HostArray {
      HostArray(shape, (0..<shape.count).map { _ in Float.random(in: -scale...scale, using: &generator) })
    }
    let parameters = [
      Parameter("first", array([8, 3, 3, 3], 0.4)), Parameter("second", array([8, 8, 3, 3], 0.3)),
      Parameter("head", array([5, 128], 0.3)),
    ]
    let model = Model(
      inputs: [Model.Port("images", [nil, 3, 8, 8])], outputs: [Model.Port("logits", [nil, 5])],
      parameters: parameters
    ) { inputs, scope in
      guard let first = scope.parameter("first"), let second = scope.parameter("second"),
        let head = scope.parameter("head")
      else { return [] }
      let features = inputs[0].convolved(first, padding: 1).relu()
        .convolved(second, stride: 2, padding: 1).relu()
      return [features.flattened().linear(LinearWeights(head))]
    }
    let images = HostArray(
      [count, 3, 8, 8], (0..<(count * 192)).map { _ in Float.random(in: 0...1, using: &generator) })
    let labels = try await predictions(of: model, images)
    return AttackedModel(
      model: model, images: images,
      labels: labels.enumerated().map { $0 % 7 == 3 ? ($1 + 1) % 5 : $1 })
  }

  /// Planes between four classes, and random images.
  static func planes(seed: UInt64, count: Int = 41) async throws -> AttackedModel {
    var generator = SeededGenerator(seed: seed)
    let weight = (0..<4).map { _ in generator.floats(64, in: -1...1) }
    let model = Model.affine(weight, weight.map { -$0.reduce(0, +) / 2 }, image: [64])
    let images = HostArray([count, 64], generator.floats(count * 64, in: 0.3...0.7))
    return AttackedModel(model: model, images: images, labels: try await predictions(of: model, images))
  }

  private static func predictions(of model: Model, _ images: HostArray) async throws -> [Int32] {
    let graph = try Graph { scope in
      [model.bound(in: scope)(scope.input("images", images.shape)).argmax()]
    }
    let device = try CPUDevice(threads: 1)
    let weights = try Weights(model.values, on: device)
    var executable = try Executable(graph, on: device)
    return try await executable.run(["images": images], reading: weights)[0].integers
  }
}
