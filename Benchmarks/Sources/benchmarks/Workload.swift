import Attacks
import Compute
import Networks
import Training

/// A network, and what is usually computed with it, as graphs.
struct Workload {
  /// The architecture's name.
  let name: String
  /// The network with its first weights.
  let model: Model

  /// The networks whose steps are measured, smallest first.
  static func all() throws -> [Workload] {
    try ["cnn6", "resnet20", "resnet18", "vit-tiny"].map(Workload.init)
  }

  init(_ name: String) throws {
    guard let architecture = Architecture.named(name) else {
      preconditionFailure("there is no architecture \(name)")
    }
    self.name = name
    model = try architecture.model(classes: 10, seed: 0)
  }

  /// Values of the weights, and zeros for what an optimizer remembers.
  func values(for graph: Graph) -> [String: HostArray] {
    var values = model.values
    for input in graph.inputs where input.role == .parameter && values[input.name] == nil {
      values[input.name] = HostArray(input.type, bytes: [UInt8](repeating: 0, count: input.type.byteCount))
    }
    return values
  }

  /// One step of projected gradient descent: forward, gradient with respect to the images, update.
  func step(batch: Int) throws -> Graph {
    try Graph { scope in
      let network = model.bound(in: scope)
      let (image, clean) = (images("image", batch, scope), images("clean", batch, scope))
      let loss = network(image).crossEntropy(scope.input("labels", [batch], .int32))
      let (size, radius) = (scope.full([batch], 2 / 255), scope.full([batch], 8 / 255))
      let gradient = loss.gradient(withRespectTo: image)
      return [image.steppedAndProjected(.infinity, along: gradient, by: size, around: clean, radius: radius)]
    }
  }

  /// All steps of projected gradient descent from a random start, as one graph.
  func attack(steps: Int, batch: Int) throws -> Graph {
    let attack = ProjectedGradientDescent(.lInfinity(radius: 8 / 255), steps: steps)
    return try Graph { scope in
      let network = model.bound(in: scope)
      let randomness = Randomness(seed: 0, samples: scope.input("samples", [batch], .int32))
      let victim = Victim(
        { network($0) }, images: images("image", batch, scope),
        labels: scope.input("labels", [batch], .int32), randomness: randomness)
      return [attack.perturb(victim)]
    }
  }

  /// All rows of the Jacobian of the logits.
  func jacobian(batch: Int) throws -> Graph {
    try Graph { scope in
      let image = images("image", batch, scope)
      return [model.bound(in: scope)(image).jacobian(withRespectTo: image)]
    }
  }

  /// One step of training: forward with the statistics of the batch, all gradients, descent with momentum.
  func training(batch: Int) throws -> Graph {
    let optimizer = StochasticGradientDescent(momentum: 0.9, weightDecay: 5e-4)
    return try Graph { scope in
      let network = model.bound(in: scope)
      let (outputs, statistics) = network.applied(
        to: [images("image", batch, scope)], mode: .training(randomness: nil))
      let loss = outputs[0].crossEntropy(scope.input("labels", [batch], .int32)).mean()
      let weights = model.parameters.filter { $0.role == .weight }
      let gradients = loss.gradients(withRespectTo: network.weights)
      for ((parameter, weight), gradient) in zip(zip(weights, network.weights), gradients) {
        let memory = scope["velocity"].parameter(parameter.name, parameter.value.shape)
        // A rate of nearly nothing: the numbers stay the same however often the step is repeated.
        let next = optimizer.step(weight, along: gradient, rate: scope.full([], 1e-8), memory: [memory])
        scope.update(weight, with: next.weight)
        for new in next.memory { scope.update(memory, with: new) }
      }
      for (name, value) in statistics.sorted(by: { $0.key < $1.key }) {
        if let parameter = network.parameters[name] { scope.update(parameter, with: value) }
      }
      return [loss]
    }
  }

  private func images(_ name: String, _ batch: Int, _ scope: Scope) -> Tensor {
    scope.input(name, [batch, 3, 32, 32])
  }
}
