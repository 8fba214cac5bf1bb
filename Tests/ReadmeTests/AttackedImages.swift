import Attacks
import Compute

/// What projected gradient descent finds within 8/255 of the images, and where the model is still right.
func attacked(
  _ images: HostArray, _ labels: HostArray, _ weights: borrowing Weights, on device: any Device
) async throws -> (images: HostArray, isRight: HostArray) {
  let graph = try Graph { scope in
    let model = Perceptron(scope)
    let victim = Victim(
      { model($0) }, images: scope.input("images", images.shape),
      labels: scope.input("labels", labels.shape, .int32),
      randomness: Randomness(seed: 0, samples: scope.iota(labels.shape, axis: 0)))
    let attack = ProjectedGradientDescent(
      .lInfinity(radius: 8 / 255), stepSize: .absolute(2 / 255), steps: 20)
    let adversarial = attack.perturb(victim)
    return [adversarial, model(adversarial).predicts(victim.labels)]
  }
  var executable = try Executable(graph, on: device)
  let results = try await executable.run(["images": images, "labels": labels], reading: weights)
  return (results[0], results[1])
}
