import Compute

extension NetworkMove {
  static let convolutions: [NetworkMove] = [
    NetworkMove("convolution 3x3") { x, draw in
      let o = draw.channels(x.shape[2] * x.shape[3])
      return x.convolved(draw.weight([o, x.shape[1], 3, 3]), padding: 1) + draw.bias([o, 1, 1])
    },
    NetworkMove("convolution 1x1") { x, draw in
      x.convolved(draw.weight([draw.channels(x.shape[2] * x.shape[3]), x.shape[1], 1, 1]))
    },
    NetworkMove("dilated convolution") { x, draw in
      let o = draw.channels(x.shape[2] * x.shape[3])
      return x.convolved(draw.weight([o, x.shape[1], 3, 3]), padding: 2, dilation: 2)
    },
    NetworkMove("strided convolution") { x, draw in
      let (kernel, h, w) = (draw.pick([1, 3, 5]), (x.shape[2] + 1) / 2, (x.shape[3] + 1) / 2)
      guard h >= 3, w >= 3 else { return nil }
      let o = draw.channels(h * w)
      return x.convolved(draw.weight([o, x.shape[1], kernel, kernel]), stride: 2, padding: kernel / 2)
        + draw.bias([o, 1, 1])
    },
    NetworkMove("depthwise convolution") { x, draw in
      x.convolved(draw.weight([x.shape[1], 1, 3, 3]), padding: 1, groups: x.shape[1])
    },
    NetworkMove("grouped convolution") { x, draw in
      guard x.shape[1] % 2 == 0 else { return nil }
      return x.convolved(draw.weight([x.shape[1], x.shape[1] / 2, 3, 3]), padding: 1, groups: 2)
    },
    NetworkMove("transposed convolution") { x, draw in
      let (h, w) = (2 * x.shape[2], 2 * x.shape[3])
      let o = draw.pick([3, 8, 20])
      guard draw.allows(o, h, w) else { return nil }
      let weight = draw.weight([x.shape[1], o, 2, 2])
      return x.convolvedTransposed(weight, ConvolutionGeometry(stride: [2, 2]), extents: [h, w])
    },
  ]

  static let activations: [NetworkMove] = [
    NetworkMove("relu") { x, _ in x.relu() },
    NetworkMove("bounded activation") { x, draw in
      switch draw.int(0...4) {
      case 0: (x * 4).relu6() * 0.5
      case 1: x.clamped(to: -0.7...0.7)
      case 2: (x * 3).hardSigmoid() * 2
      case 3: (x * 2).hardSwish()
      default: x.maximum(-0.5).minimum(0.8)
      }
    },
    NetworkMove("leaky activation") { x, draw in
      switch draw.int(0...3) {
      case 0: x.leakyRelu(slope: 0.2)
      case 1: x.parametricRelu(slope: draw.factor([x.shape[1]]))
      case 2: x.elu()
      default: x.selu()
      }
    },
    NetworkMove("smooth activation") { x, draw in
      switch draw.int(0...8) {
      case 0: x.gelu()
      case 1: x.gelu(.tanh)
      case 2: x.silu()
      case 3: x.tanh()
      case 4: (x * 2).sigmoid()
      case 5: x.softplus()
      case 6: x.mish()
      case 7: x / (1 + x.absolute())
      default: x.erf()
      }
    },
  ]

  static let windows: [NetworkMove] = [
    pool("max pool", [2, 3]) { $0.maxPooled($1) },
    pool("average pool", [2, 3]) { $0.averagePooled($1, countingPadding: false) },
    NetworkMove("overlapping max pool") { x, _ in
      x.maxPooled(WindowGeometry([3, 3], stride: [1, 1], low: [1, 1], high: [1, 1]))
    },
    NetworkMove("window sum") { x, _ in
      x.sumPooled(WindowGeometry([3, 2], stride: [1, 1], low: [1, 0], high: [1, 1])) * 0.25
    },
    NetworkMove("squeeze and excitation") { x, draw in
      let hidden = draw.int(2...5)
      let narrow = x.globalAveragePooled().matmul(draw.weight([x.shape[1], hidden])).relu()
      let gate = (narrow.matmul(draw.weight([hidden, x.shape[1]])) * 2).sigmoid()
      return x * gate.reshaped([x.shape[0], x.shape[1], 1, 1]) * 2
    },
  ]

  private static func pool(
    _ name: String, _ extents: [Int], _ body: @escaping @Sendable (Tensor, WindowGeometry) -> Tensor
  ) -> NetworkMove {
    NetworkMove(name) { x, draw in
      guard x.shape[2] >= 6, x.shape[3] >= 6 else { return nil }
      let extent = draw.pick(extents)
      let padding = extent == 3 ? 1 : 0
      return body(
        x,
        WindowGeometry(
          [extent, extent], stride: [2, 2], low: [padding, padding], high: [padding, padding]))
    }
  }

  static let normalizations: [NetworkMove] = [
    NetworkMove("batch normalisation") { x, draw in
      let c = x.shape[1]
      return x.batchNormalized(
        scale: draw.factor([c]), shift: draw.bias([c]), mean: draw.bias([c]), variance: draw.factor([c]))
    },
    NetworkMove("group normalisation") { x, draw in
      let groups = x.shape[1] % 2 == 0 ? draw.pick([1, 2]) : draw.pick([1, x.shape[1]])
      return x.groupNormalized(groups: groups, scale: draw.factor([x.shape[1]]), epsilon: 0.1)
    },
    NetworkMove("layer normalisation") { x, draw in
      x.layerNormalized(scale: draw.factor([x.shape[3]]), shift: draw.bias([x.shape[3]]), epsilon: 0.1)
    },
    NetworkMove("softmax") { x, draw in
      let axis = draw.int(1...3)
      return draw.int(0...1) == 0 ? (x * 2).softmax(axis: axis) * 3 : x.logSoftmax(axis: axis) * 0.3
    },
    NetworkMove("standardisation") { x, draw in
      let axes = draw.pick([[1], [2, 3], [1, 2, 3]])
      let centred = x - x.mean(axes, keepingAxes: true)
      return centred / ((centred * centred).mean(axes, keepingAxes: true) + 0.1).sqrt()
    },
  ]
}
