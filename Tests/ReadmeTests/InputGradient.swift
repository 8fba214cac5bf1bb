import Compute

/// The derivative of each image's cross-entropy with respect to its pixels.
func inputGradient(
  of images: HostArray, _ labels: HostArray, _ weights: borrowing Weights, on device: any Device
) async throws -> HostArray {
  let graph = try Graph { scope in
    let model = Perceptron(scope)
    let images = scope.input("images", images.shape)
    let labels = scope.input("labels", labels.shape, .int32)
    return [model(images).crossEntropy(labels).gradient(withRespectTo: images)]
  }
  var executable = try Executable(graph, on: device)
  return try await executable.run(["images": images, "labels": labels], reading: weights)[0]
}
