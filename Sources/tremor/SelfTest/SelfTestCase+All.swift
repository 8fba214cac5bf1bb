import Attacks
import Compute

extension SelfTestCase {
  /// Every case, in the order in which later ones build on earlier ones.
  static let all = elementwise + structure + reductions + products + windows + programs

  private static let elementwise: [SelfTestCase] = [
    SelfTestCase("arithmetic", [[3, 37], [37]]) { x in
      [x[0] * x[1] - x[0] / (x[1].absolute() + 1), x[0].minimum(x[1]).relu(), x[0].clamped(to: -0.5...0.25)]
    },
    SelfTestCase("functions", [[5, 13]]) { x in
      let positive = x[0].absolute() + 0.1
      let waves = x[0].sin() + x[0].cos()
      return [
        positive.log() + positive.sqrt() + x[0].exp(), x[0].tanh() * x[0].sigmoid() + x[0].erf(), waves,
        x[0].atan() + x[0].sinh() + x[0].cosh() + x[0].asinh() + (positive + 1).acosh(),
        (x[0].tanh() * 0.9).asin() + (x[0].tanh() * 0.9).acos() * (x[0].tanh() * 0.9).atanh()
          + x[0].sin().tan(),
      ]
    },
    SelfTestCase("integers", types: [TensorType([29], .int32), TensorType([29], .int32)]) { x in
      [x[0] * x[1] - x[0], x[0] % (x[1] + 1), x[0] / (x[1] + 1), (x[0] << 3) >> 1, x[0] ^ x[1]]
    },
    SelfTestCase("choice", types: [TensorType([4, 9]), TensorType([4, 9]), TensorType([4, 9], .bool)]) { x in
      [x[2].select(x[0], x[1]), (x[0] .< x[1]) && x[2], !(x[0] .== x[0])]
    },
    SelfTestCase("casts", types: [TensorType([33], .uint8), TensorType([33], .bool)]) { x in
      [x[0].cast(to: .float32) * (1.0 / 255), x[1].cast(to: .float32), x[0].cast(to: .int32)]
    },
    SelfTestCase("random numbers", types: [TensorType([3], .int32)]) { x in
      let randomness = Randomness(seed: 0x0123_4567_89AB_CDEF, samples: x[0])
      return [randomness.bits([7]), randomness.uniform([7]), randomness.purpose(1).normal([7])]
    },
  ]

  private static let structure: [SelfTestCase] = [
    SelfTestCase("views", [[3, 5, 7]]) { x in
      [x[0].transposed([2, 0, 1]), x[0].sliced(axis: 2, from: 1, count: 3, step: 2), x[0].reversed([1])]
    },
    SelfTestCase("padding and joining", [[3, 5], [3, 4]]) { x in
      [
        Tensor.concatenated([x[0], x[1]], axis: 1),
        x[0].padded(low: [1, 2], high: [0, 1], interior: [1, 0]),
        x[0].padded(low: [0, 2], high: [0, 2], mode: .reflect),
      ]
    },
    SelfTestCase("shortcuts", [[2, 16, 6, 7], [2, 33, 3, 4]]) { x in
      let fewer = x[0].sliced(axis: 2, from: 0, count: 3, step: 2).sliced(axis: 3, from: 0, count: 4, step: 2)
      let shortcut = fewer.padded(low: [0, 9, 0, 0], high: [0, 8, 0, 0])
      return [shortcut, (shortcut * x[1]).sum().gradient(withRespectTo: x[0])]
    },
    SelfTestCase("gathering", types: [TensorType([7, 5]), TensorType([4], .int32)]) { x in
      let taken = x[0].taking(x[1], axis: 0)
      return [taken, (taken * taken).gradient(withRespectTo: x[0]), x[1].oneHot(7)]
    },
  ]

  private static let reductions: [SelfTestCase] = [
    SelfTestCase("sums", [[3, 4, 33]]) { x in
      [x[0].sum([2]), x[0].sum([0]), x[0].mean(), x[0].variance([1, 2])]
    },
    SelfTestCase("extremes", [[3, 41]]) { x in
      [x[0].maximum(over: [1]), x[0].minimum(over: [0]), x[0].argmax(), x[0].argmin(axis: 0)]
    },
    SelfTestCase("order", [[3, 17]]) { x in [x[0].top(4).values, x[0].sorted(), x[0].cumulativeSum()] },
  ]

  private static let products: [SelfTestCase] = [
    SelfTestCase("matrix product", [[5, 19], [19, 37]]) { x in
      let product = x[0].matmul(x[1])
      return [product] + (product * product).gradients(withRespectTo: x)
    },
    SelfTestCase("batched matrix product", [[3, 4, 6], [3, 6, 5]]) { x in [x[0].matmul(x[1])] },
    convolution("convolution 3x3", image: [2, 16, 9, 7], weight: [32, 16, 3, 3], padding: 1),
    convolution("convolution 3x3, few channels", image: [2, 3, 8, 8], weight: [16, 3, 3, 3], padding: 1),
    convolution("convolution 1x1", image: [2, 16, 5, 5], weight: [16, 16, 1, 1]),
    convolution(
      "convolution 3x3, stride 2", image: [2, 16, 8, 8], weight: [16, 16, 3, 3], stride: 2, padding: 1),
    convolution(
      "convolution, depthwise", image: [2, 16, 6, 6], weight: [16, 1, 3, 3], padding: 1, groups: 16),
    convolution(
      "convolution, dilated and grouped", image: [2, 6, 9, 9], weight: [4, 3, 3, 3], dilation: 2, groups: 2),
  ]

  /// A convolution and its two adjoints.
  private static func convolution(
    _ name: String, image: Shape, weight: Shape, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) -> SelfTestCase {
    SelfTestCase(name, [image, weight]) { x in
      let result = x[0].convolved(x[1], stride: stride, padding: padding, dilation: dilation, groups: groups)
      return [result] + (result * result).gradients(withRespectTo: x)
    }
  }

  private static let windows: [SelfTestCase] = [
    SelfTestCase("max pooling", [[2, 16, 6, 6]]) { x in
      let pooled = x[0].maxPooled(WindowGeometry([2, 2]))
      return [pooled, (pooled * pooled).gradient(withRespectTo: x[0])]
    },
    SelfTestCase("overlapping pooling", [[2, 3, 7, 7]]) { x in
      let window = WindowGeometry([3, 3], stride: [2, 2], low: [1, 1], high: [1, 1])
      let (largest, mean) = (x[0].maxPooled(window), x[0].averagePooled(window))
      return [largest, mean, (largest * mean).gradient(withRespectTo: x[0])]
    },
    SelfTestCase("global pooling", [[2, 16, 4, 4]]) { x in [x[0].globalAveragePooled()] },
  ]

  private static let programs: [SelfTestCase] = [
    SelfTestCase("loss", types: [TensorType([6, 10]), TensorType([6], .int32)]) { x in
      let loss = x[0].crossEntropy(x[1])
      return [loss, loss.gradient(withRespectTo: x[0]), x[0].softmax()]
    },
    SelfTestCase("rows of a Jacobian", [[3, 7]]) { x in
      let values = x[0] * x[0].sum([1], keepingAxes: true)
      return [values.jacobian(withRespectTo: x[0], rows: [5, 0])]
    },
    SelfTestCase("steps of attacks", [[3, 70], [3, 70], [3, 70], [3], [3]]) { x in
      let (clean, size, radius) = (x[2] * 0.5 + 0.5, x[3].absolute(), x[4].absolute())
      return [VectorNorm.infinity, .two].map { norm in
        x[0].steppedAndProjected(norm, along: x[1], by: size, around: clean, radius: radius)
      }
    },
    SelfTestCase("network", [[2, 1, 8, 8], [16, 1, 3, 3], [16], [16, 16, 3, 3], [10, 16]]) { x in
      let logits = network(x[0], x)
      return [logits] + (logits * logits).gradients(withRespectTo: x)
    },
    SelfTestCase(
      "attack",
      types: [
        TensorType([2, 1, 8, 8]), TensorType([16, 1, 3, 3]), TensorType([16]), TensorType([16, 16, 3, 3]),
        TensorType([10, 16]), TensorType([2], .int32),
      ]
    ) { x in
      let attack = ProjectedGradientDescent(.l2(radius: 0.5), steps: 2, startsAtRandom: false)
      let victim = Victim(
        { network($0, x) }, images: x[0] * 0.5 + 0.5, labels: x[5],
        randomness: Randomness(seed: 1, samples: x[5]))
      return [attack.perturb(victim)]
    },
  ]

  /// Two convolutions with activation, bias and pooling, and a linear layer.
  private static func network(_ image: Tensor, _ x: [Tensor]) -> Tensor {
    let first = (image.convolved(x[1], padding: 1) + x[2].reshaped([1, 16, 1, 1])).relu()
    let second = first.convolved(x[3], padding: 1).relu().maxPooled(WindowGeometry([2, 2]))
    return second.globalAveragePooled().linear(LinearWeights(x[4]))
  }
}
