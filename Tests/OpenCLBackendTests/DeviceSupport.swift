import Compute
import ComputeTestSupport
import FileTestSupport
import Testing

@testable import OpenCLBackend

/// The devices that tests of plans run on: the first that can be used, with each family of kernels.
enum TestDevice {
  static let families: [KernelFamily] = [.cpu, .gpu]
  static let isPresent = RuntimeDevice.isPresent
  private static let cpu = RuntimeDevice.first.map { OpenCLDevice($0, family: .cpu) }
  private static let gpu = RuntimeDevice.first.map { OpenCLDevice($0, family: .gpu) }

  static func running(_ family: KernelFamily) throws -> OpenCLDevice {
    try #require(family == .cpu ? cpu : gpu)
  }

  /// A device that nobody else uses, with a cache of its own.
  static func fresh(
    _ family: KernelFamily, in folder: TestFolder, testsItself: Bool = true
  ) throws -> OpenCLDevice {
    OpenCLDevice(
      try #require(RuntimeDevice.first), family: family, location: CacheLocation(folder: folder.path),
      testsItself: testsItself)
  }
}

/// Numbers in -1 ..< 1 that look random and are the same at every call.
func noise(_ shape: Shape, seed: UInt64 = 1) -> HostArray {
  var generator = SeededGenerator(seed: seed)
  return HostArray(shape, (0..<shape.count).map { _ in Float(generator.number(in: -1...1)) })
}

/// A small network of convolutions, pooling and a product, with images of any number.
func networkGraph(batch: Int, width: Int = 8) throws -> Graph {
  try Graph { scope in
    let x = scope.input("x", [batch, 3, width, width])
    let stem =
      (x.convolved(scope.parameter("stem", [16, 3, 3, 3]), padding: 1) + scope.parameter("bias", [16, 1, 1]))
      .relu()
    let block = (stem.convolved(scope.parameter("block", [16, 16, 3, 3]), padding: 1) + stem).relu()
    let small = block.convolved(scope.parameter("down", [32, 16, 3, 3]), stride: 2, padding: 1).relu()
    let pooled = small.maxPooled(WindowGeometry([2, 2])).flattened()
    let logits = pooled.matmul(scope.parameter("head", [pooled.shape[1], 10]))
    let loss = logits.crossEntropy(scope.iota([batch], axis: 0) % scope.full([batch], 10, .int32))
    return [logits, loss.sum().gradient(withRespectTo: x)]
  }
}

func networkWeights(_ graph: Graph) -> [String: HostArray] {
  var weights: [String: HostArray] = [:]
  for (index, input) in graph.inputs.enumerated() where input.role == .parameter {
    let fan = max(1, input.type.shape.extents.dropFirst().reduce(1, *))
    let scale = (2 / Float(fan)).squareRoot()
    weights[input.name] = HostArray(
      input.type.shape, noise(input.type.shape, seed: UInt64(index)).floats.map { $0 * scale })
  }
  return weights
}
