public import Compute

/// A graph whose outputs are sums of products of its inputs.
public struct SumSample: Sendable, CustomStringConvertible {
  /// What is summed.
  public let description: String
  /// The most terms of a sum.
  let terms: Int
  private let outputs: @Sendable (Scope) -> [Tensor]

  init(_ description: String, terms: Int, _ outputs: @escaping @Sendable (Scope) -> [Tensor]) {
    self.description = description
    self.terms = terms
    self.outputs = outputs
  }

  /// Whether float32 must be seen to be less exact: where sums are long.
  public var isLong: Bool { terms >= 250 }

  func graph() throws -> Graph { try Graph { outputs($0) } }

  /// Every operation that sums, in every geometry that takes another path.
  public static let all: [SumSample] =
    [1, 17, 300, 3000].map(product) + [16, 400, 5000].map(sum) + [
      sum(over: [0, 2, 3], of: [5, 32, 6, 7]), sum(over: [1], of: [3, 300, 20]),
      convolution("3x3", [3, 16, 9, 8], [20, 16, 3, 3], ConvolutionGeometry(low: [1, 1], high: [1, 1])),
      convolution("7x7 with stride", [2, 3, 17, 15], [33, 3, 7, 7], ConvolutionGeometry(stride: [2, 3])),
      convolution("dilated", [2, 20, 9, 9], [16, 20, 3, 2], ConvolutionGeometry(dilation: [2, 3])),
      convolution("1x1", [2, 70, 5, 4], [5, 70, 1, 1], ConvolutionGeometry()),
      convolution("depthwise", [2, 21, 8, 8], [21, 1, 3, 3], ConvolutionGeometry(low: [1, 1], groups: 21)),
      convolution("groups of blocks", [2, 64, 5, 5], [32, 32, 3, 3], ConvolutionGeometry(groups: 2)),
      convolution("odd groups", [2, 15, 6, 6], [9, 5, 3, 3], ConvolutionGeometry(high: [2, 1], groups: 3)),
      pooling(WindowGeometry([20, 19], stride: [3, 2], low: [2, 0], high: [1, 4])),
      pooling(WindowGeometry([2, 2])),
    ]

  private static func product(_ count: Int) -> SumSample {
    SumSample("product of matrices over \(count)", terms: count) { scope in
      let (a, b) = (scope.input("a", [2, 5, count]), scope.input("b", [2, count, 19]))
      let shared = scope.input("c", [3, count])
      return [
        a.matmul(b), shared.transposed([1, 0]).matmul(shared), shared.matmul(a.transposed([0, 2, 1])),
      ]
    }
  }

  private static func sum(_ count: Int) -> SumSample { sum(over: [1], of: [3, count]) }

  private static func sum(over axes: [Int], of shape: Shape) -> SumSample {
    SumSample("sum of \(shape) over \(axes)", terms: axes.reduce(1) { $0 * shape[$1] }) { scope in
      [scope.input("x", shape).sum(axes)]
    }
  }

  /// A convolution and both its adjoints.
  private static func convolution(
    _ name: String, _ image: Shape, _ weight: Shape, _ geometry: ConvolutionGeometry
  ) -> SumSample {
    let terms = max(image[0] * image[2] * image[3], weight.count)
    return SumSample("convolution, \(name)", terms: terms) { scope in
      let (x, w) = (scope.input("x", image), scope.input("w", weight))
      let y = x.convolved(w, geometry)
      return [y] + y.vectorJacobianProduct(with: scope.input("g", y.shape), [x, w])
    }
  }

  private static func pooling(_ window: WindowGeometry) -> SumSample {
    SumSample("sums of windows of \(window.extents)", terms: window.extents.reduce(1, *)) { scope in
      let x = scope.input("x", [2, 9, 24, 20])
      let y = x.sumPooled(window)
      return [y, y.vectorJacobianProduct(with: scope.input("g", y.shape), [x])[0]]
    }
  }
}

/// The largest error of a sum on a device, in units of what ``Precision/exact`` allows: half a unit in the last place,
/// and what is left over of sums in twice the precision.
///
/// Terms are of very different sizes and cancel, so that float32 keeps few digits of what is left.
public func exactSumError(_ sample: SumSample, on device: any Device) async throws -> Double {
  let graph = try sample.graph()
  var generator = SeededGenerator(name: sample.description)
  var arguments: [String: HostArray] = [:]
  for input in graph.inputs {
    arguments[input.name] = HostArray(
      input.type.shape,
      (0..<input.type.shape.count).map { _ in
        let sizes: [Double] = [1, 1, 100, 0.001]
        return Float(generator.number(in: -1...1) * sizes[Int(generator.number(in: 0...3.99))])
      })
  }
  let found = try await outputs(of: graph, arguments, on: device)
  let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
  // The same graph of magnitudes sums the magnitudes of all terms.
  let magnitudes = try graph.interpret(
    arguments.mapValues { ReferenceArray(HostArray($0.shape, $0.floats.map { abs($0) })) })
  var largest = 0.0
  for (value, (reference, magnitude)) in zip(found, zip(expected, magnitudes)) {
    for (a, (b, size)) in zip(value.floats, zip(reference.values, magnitude.values)) {
      let allowed = 0x1.01p-24 * abs(b) + Double(sample.terms) * 0x1p-46 * size + 0x1p-140
      largest = max(largest, abs(Double(a) - b) / allowed)
    }
  }
  return largest
}
