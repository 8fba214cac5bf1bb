import CPUBackend
import Compute

/// Times one PGD step (forward, input gradient, update) of a six-layer CNN on the CPU device, and what comes before
/// the first: `step [batch] [threads]`.
@main enum Step {
  static func main() async throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let batch = numbers.first ?? 128
    let threads = numbers.dropFirst().first
    let clock = ContinuousClock()

    let begin = clock.now
    let graph = try stepGraph(batch)
    let traced = clock.now
    let device = try CPUDevice(threads: threads)
    var executable = try Executable(graph, on: device)
    let prepared = clock.now

    let parameters = graph.inputs.filter { $0.role == .parameter }
    let weights = try Weights(
      Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, filled($0.type.shape, scale: 0.1)) }),
      on: device)
    for name in ["image", "clean"] { try executable.write(name, filled([batch, 3, 32, 32], scale: 1)) }
    try executable.write("labels", HostArray([batch], (0..<batch).map { Int32($0 % 10) }))

    var times: [Duration] = []
    for repetitions in [1] + [Int](repeating: 4, count: 15) {
      let start = clock.now
      for _ in 0..<repetitions { try executable.launch(reading: weights) }
      _ = try await executable.read()
      times.append((clock.now - start) / repetitions)
    }
    let first = times.removeFirst()
    times.sort()

    print("six-layer CNN, batch \(batch), \(device.summary)")
    print("trace \(traced - begin), prepare \(prepared - traced), first step \(first)")
    print("step: minimum \(times[0]), median \(times[7]), maximum \(times[14])")
    print("\(executable.plan.launchCount) launches, \(executable.plan.arenaBytes) arena bytes")
  }
}

/// 3x3 convolutions 3-32-32-64-64-128-128 with batch-norm and ReLU, stride 2 at the third and fifth, then global
/// average pooling and a linear layer.
func logits(_ images: Tensor, _ scope: Scope) -> Tensor {
  var x = images
  for (index, width) in [32, 32, 64, 64, 128, 128].enumerated() {
    let layer = scope["layer\(index)"]
    let weight = layer.parameter("weight", [width, x.shape[1], 3, 3])
    let y = x.convolved(weight, stride: index == 2 || index == 4 ? 2 : 1, padding: 1)
    x = y.batchNormalized(
      scale: layer.parameter("scale", [width]), shift: layer.parameter("shift", [width]),
      mean: layer.parameter("mean", [width]), variance: layer.parameter("variance", [width])
    ).relu()
  }
  return x.globalAveragePooled().matmul(scope.parameter("head", [128, 10]))
}

func stepGraph(_ batch: Int) throws -> Graph {
  try Graph { scope in
    let (image, clean) = (
      scope.input("image", [batch, 3, 32, 32]), scope.input("clean", [batch, 3, 32, 32])
    )
    let labels = scope.input("labels", [batch], .int32)
    let gradient = logits(image, scope).crossEntropy(labels).gradient(withRespectTo: image)
    return [
      image.steppedAndProjected(
        .infinity, along: gradient, by: scope.full([batch], 2 / 255), around: clean,
        radius: scope.full([batch], 8 / 255))
    ]
  }
}

/// Numbers that look random, in 0 ..< 1, the same at every run.
func filled(_ shape: Shape, scale: Float) -> HostArray {
  HostArray(shape, (0..<shape.count).map { Float(($0 &* 7_919) % 1_009) / 1_009 * scale })
}
