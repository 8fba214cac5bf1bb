public import Compute

/// A network whose results must not depend on the batch: logits, input gradient, Jacobian and the end of a PGD loop.
public enum InvarianceModel {
  /// The graph for a batch of images.
  public static func graph(batch: Int) throws -> Graph {
    try Graph { scope in
      let images = scope.input("images", [batch, 3, 8, 8])
      let labels = scope.input("labels", [batch], .int32)
      let samples = scope.input("samples", [batch], .int32)
      func logits(_ x: Tensor) -> Tensor { network(x, scope) }
      let z = logits(images)
      let loss = z.crossEntropy(labels)
      let noise = Randomness(seed: 7, samples: samples, purpose: 1)
      let start = images + noise.uniform([3, 8, 8], in: -0.03..<0.03)
      let attacked = start.iterated(3) { x in
        let gradient = logits(x).crossEntropy(labels).gradient(withRespectTo: x)
        func lengths(_ length: Double) -> Tensor { scope.full([batch], length) }
        let moved = x.steppedAndProjected(
          .infinity, along: gradient, by: lengths(0.01), around: images, radius: lengths(0.03))
        return moved.steppedAndProjected(
          .two, along: gradient, by: lengths(0.05), around: images, radius: lengths(0.3))
      }
      return [z, loss.gradient(withRespectTo: images), z.jacobian(withRespectTo: images), attacked]
    }
  }

  private static func network(_ x: Tensor, _ scope: Scope) -> Tensor {
    // Each weight is one input of the graph, whatever number of times the network is traced.
    func weight(_ name: String, _ shape: Shape) -> Tensor { scope.constant(weights(name, shape)) }
    let first = (x.convolved(weight("a", [16, 3, 3, 3]), padding: 1) + weight("b", [16, 1, 1])).relu()
    let second = first.convolved(weight("c", [16, 16, 3, 3]), padding: 1).relu() + first
    let third = second.convolved(weight("d", [32, 16, 3, 3]), stride: 2, padding: 1).relu()
    return third.maxPooled(WindowGeometry([2, 2])).globalAveragePooled().matmul(weight("e", [32, 5]))
  }

  private static func weights(_ name: String, _ shape: Shape) -> HostArray {
    var generator = SeededGenerator(name: name)
    let fan = Double(shape.rank == 2 ? shape[0] : shape.extents.dropFirst().reduce(1, *))
    let scale = (2 / Swift.max(1, fan)).squareRoot()
    return HostArray(shape, (0..<shape.count).map { _ in Float(scale * generator.number(in: -1.7...1.7)) })
  }

  /// The bytes of each output for `count` samples run `batch` at a time, joined in the order of the samples.
  public static func results(_ count: Int, batch: Int, on device: any Device) async throws -> [[UInt8]] {
    var joined: [[UInt8]] = [[], [], [], []]
    for first in stride(from: 0, to: count, by: batch) {
      let size = min(batch, count - first)
      var executable = try Executable(graph(batch: size), on: device)
      let indices = Array(first..<(first + size))
      let pixels = indices.flatMap { index in
        var generator = SeededGenerator(seed: UInt64(index) + 1)
        return (0..<192).map { _ in Float(generator.number(in: 0...1)) }
      }
      let outputs = try await executable.run([
        "images": HostArray([size, 3, 8, 8], pixels),
        "labels": HostArray([size], indices.map { Int32($0 % 5) }),
        "samples": HostArray([size], indices.map(Int32.init)),
      ])
      for (index, output) in outputs.enumerated() { joined[index] += output.bytes }
    }
    return joined
  }
}
