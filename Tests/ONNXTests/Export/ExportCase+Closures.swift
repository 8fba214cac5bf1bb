import Compute
import Networks

extension ExportCase {
  /// A closure over inputs whose axis 0 counts samples.
  private static func closure(
    _ name: String, _ inputs: [Model.Port], outputs: Int = 1, integers: ClosedRange<Int> = 0...4,
    parameters: [Parameter] = [], _ body: @escaping @Sendable ([Tensor], NetworkScope) -> [Tensor]
  ) -> ExportCase {
    let ports = (0..<outputs).map { Model.Port("y\($0)", [nil]) }
    return ExportCase(
      name: name, make: { Model(inputs: inputs, outputs: ports, parameters: parameters, body) },
      integers: integers)
  }

  private static func weight(_ name: String, _ shape: Shape) -> Parameter {
    Parameter(name, HostArray(shape, (0..<shape.count).map { Float(($0 * 37) % 23) / 23 - 0.5 }))
  }

  private static let images = Model.Port("images", [nil, 4, 7, 6])
  private static let rows = Model.Port("rows", [nil, 5])

  /// Models that are no classifiers.
  static let closures: [ExportCase] = importable + exportedOnly

  /// Those that the importer understands.
  static let importable: [ExportCase] = structure + reductions + layers + derivatives + loops

  /// Those that the importer refuses or gives other types: shifts, additions at places that are computed,
  /// bytes.
  private static let exportedOnly: [ExportCase] = [
    closure("shifts", [Model.Port("a", [nil, 4], .int32)], outputs: 2, integers: -200...200) { x, _ in
      [(x[0] << 27) >> 3, x[0] >> 30]
    },
    closure("bytes", [Model.Port("a", [nil, 4], .uint8)], outputs: 2, integers: 0...255) { x, _ in
      [x[0].cast(to: .float32) / 255, (x[0].cast(to: .int32) * 3).cast(to: .uint8)]
    },
    closure("pooling gradient", [images]) { x, _ in
      let pooled = x[0].maxPooled(WindowGeometry([2, 2], stride: [1, 1]))
      return [(pooled * pooled).sum().gradient(withRespectTo: x[0])]
    },
  ]

  private static let structure: [ExportCase] = [
    closure("views", [images], outputs: 6) { x, _ in
      [
        x[0].padded(low: [0, 1, 0, 2], high: [0, 0, 1, 1], interior: [0, 1, 0, 2], value: 0.5),
        x[0].sliced(axis: 2, from: 1, count: 3, step: 2).reversed([1, 3]),
        x[0].transposed([2, 0, 3, 1]).reshaped([7, -1]),
        x[0].padded(low: [0, 0, 2, 1], high: [0, 0, 1, 3], mode: .reflect),
        Tensor.stacked([x[0], x[0] * 2], axis: 1),
        x[0].interpolated(to: [5, 9], mode: .bilinear(alignCorners: false)),
      ]
    },
    closure("samples", [rows], outputs: 5) { x, _ in
      let count = x[0].shape[0]
      let numbers = x[0].scope.iota([count, 1], axis: 0, .float32)
      return [
        Tensor.concatenated([x[0], x[0] + 1], axis: 0), x[0] * numbers, x[0].sum([0]),
        x[0].padded(low: [1, 0], high: [2, 0]), x[0].matmul(x[0].transposed),
      ]
    },
    closure("lookups", [rows, Model.Port("indices", [nil, 3], .int32)], outputs: 4, integers: -1...6) {
      x, _ in
      let table = x[0].scope.constant(HostArray([5, 2], (0..<10).map { Float($0) / 7 }))
      let known = x[0].scope.constant(HostArray([2, 2], [4, 0, 1, 1] as [Int32]))
      return [
        table.taking(x[1], axis: 0), x[0].takingAlongLastAxis(x[1]), x[0].taking(known, axis: 1),
        x[1].oneHot(4),
      ]
    },
    closure("names", [rows], outputs: 3, parameters: [weight("w", [5])]) { x, scope in
      [x[0], scope.parameter("w") ?? x[0], x[0]]
    },
    closure(
      "integers", [Model.Port("a", [nil, 4], .int32), Model.Port("b", [nil, 4], .int32)], outputs: 4,
      integers: 0...200
    ) { x, _ in
      [
        x[0] / (x[1] - 100), x[0] % (x[1] - 100), (x[0] - 100).sign().absolute(),
        (x[0] .< x[1]) ^ (x[0] .== 7),
      ]
    },
  ]

  private static let reductions: [ExportCase] = [
    closure("folds", [images], outputs: 7) { x, _ in
      [
        x[0].mean([1]), x[0].maximum(over: [1, 3]), x[0].minimum(over: [2], keepingAxes: true),
        x[0].variance([2, 3]),
        x[0].argmax(axis: 1), x[0].cumulativeSum(axis: 2, reversed: true), x[0].globalAveragePooled(),
      ]
    },
    closure("softmaxes", [images], outputs: 4) { x, _ in
      [x[0].softmax(axis: 1), x[0].logSoftmax(), x[0].logSumExp(axis: 2), x[0].top(3).values]
    },
    closure("activations", [rows], outputs: 13, parameters: [weight("slope", [5])]) { x, scope in
      let slope = scope.parameter("slope") ?? x[0]
      return [
        x[0].relu(), x[0].leakyRelu(), x[0].elu(), x[0].selu(), x[0].gelu(), x[0].gelu(.tanh), x[0].silu(),
        x[0].mish(),
        x[0].softplus(), x[0].hardSigmoid(), x[0].hardSwish(), x[0].parametricRelu(slope: slope),
        x[0].clamped(to: -0.25...0.5).sqrt(),
      ]
    },
    closure("losses", [rows, Model.Port("labels", [nil], .int32)], outputs: 4) { x, _ in
      [
        x[0].crossEntropy(x[1]), x[0].marginLoss(x[1]), x[0].differenceOfLogitsRatio(x[1]),
        x[0].predicts(x[1]),
      ]
    },
  ]

  private static let layers: [ExportCase] = [
    closure("pooling", [images], outputs: 5) { x, _ in
      let window = WindowGeometry([3, 2], stride: [2, 1], low: [1, 0], high: [1, 1])
      return [
        x[0].maxPooled(window), x[0].averagePooled(window),
        x[0].averagePooled(window, countingPadding: false),
        x[0].sumPooled(WindowGeometry([2, 2], dilation: [2, 1])),
        x[0].maxPooled(WindowGeometry([2, 2], dilation: [2, 1])),
      ]
    },
    closure(
      "convolutions", [images], outputs: 4,
      parameters: [
        weight("a.weight", [6, 2, 3, 2]), weight("a.bias", [6]), weight("b.weight", [4, 3, 3, 3]),
        weight("b.bias", [3]),
      ]
    ) { x, scope in
      let (a, b) = (scope["a"], scope["b"])
      guard let weight = a.parameter("weight"), let bias = a.parameter("bias"),
        let other = b.parameter("weight"),
        let shift = b.parameter("bias")
      else { return x }
      let geometry = ConvolutionGeometry(
        stride: [2, 1], low: [1, 0], high: [0, 2], dilation: [1, 2], groups: 2)
      let up = ConvolutionGeometry(stride: [2, 3], low: [1, 1], high: [1, 0], dilation: [1, 1], groups: 1)
      let shared = x[0].convolved(weight, geometry)
      let signal = x[0].reshaped([-1, 4, 42]).convolved(other.reshaped([3, 4, 9]), ConvolutionGeometry())
      return [
        shared + bias.reshaped([1, 6, 1, 1]), shared * 2,
        x[0].convolvedTransposed(other, up, extents: [14, 18]) + shift.reshaped([3, 1, 1]), signal,
      ]
    },
    closure(
      "normalisations", [images], outputs: 6,
      parameters: [
        weight("scale", [4]), weight("shift", [4]), weight("mean", [4]),
        Parameter("variance", HostArray([4], [0.5, 1, 2, 3] as [Float])), weight("gain", [7, 6]),
        weight("offset", [7, 6]),
      ]
    ) { x, scope in
      let p = ["scale", "shift", "mean", "variance", "gain", "offset"].compactMap { scope.parameter($0) }
      guard p.count == 6 else { return x }
      return [
        x[0].batchNormalized(scale: p[0], shift: p[1], mean: p[2], variance: p[3]),
        x[0].batchNormalized(mean: p[2], variance: p[3], epsilon: 1e-3),
        x[0].layerNormalized(normalizedRank: 2, scale: p[4], shift: p[5]),
        x[0].layerNormalized(scale: p[4].sum([0])),
        x[0].groupNormalized(groups: 2, scale: p[0], shift: p[1]), x[0].instanceNormalized(),
      ]
    },
    closure("attention", [Model.Port("x", [nil, 3, 6, 4])]) { x, _ in
      [x[0].attention(key: x[0] * 2, value: x[0] + 1, mask: AttentionMask(isCausal: true))]
    },
  ]

  private static let derivatives: [ExportCase] = [
    closure(
      "input gradient", [images], outputs: 2,
      parameters: [weight("c.weight", [3, 4, 3, 3]), weight("d.weight", [2, 27])]
    ) { x, scope in
      guard let c = scope["c"].parameter("weight"), let d = scope["d"].parameter("weight") else { return x }
      let features = x[0].convolved(c, stride: 2, padding: 1).relu()
      let logits =
        (features.sumPooled(WindowGeometry([2, 1])).flattened().matmul(
          d.transposed.sliced(axis: 0, from: 0, count: 18)))
      let score = logits.logSoftmax().sum()
      return [score.gradient(withRespectTo: x[0]), logits.jacobian(withRespectTo: x[0])]
    },
    closure("weight gradient", [images], parameters: [weight("w", [6, 2, 3, 2])]) { x, scope in
      guard let weight = scope.parameter("w") else { return x }
      let geometry = ConvolutionGeometry(
        stride: [2, 1], low: [1, 0], high: [0, 1], dilation: [1, 2], groups: 2)
      return [x[0].convolved(weight, geometry).tanh().sum().gradient(withRespectTo: weight)]
    },
  ]

  private static let loops: [ExportCase] = [
    closure("attack", [rows, Model.Port("labels", [nil], .int32)], parameters: [weight("w", [5, 5])]) {
      x, scope in
      guard let weight = scope.parameter("w") else { return x }
      let (size, radius) = (x[0].scope.full([x[0].shape[0]], 0.1), x[0].scope.full([x[0].shape[0]], 0.25))
      let clean = x[0].clamped(to: 0...1)
      return [
        clean.iterated(4) { image in
          let loss = image.matmul(weight).tanh().crossEntropy(x[1]).sum()
          return image.steppedAndProjected(
            .two, along: loss.gradient(withRespectTo: image), by: size, around: clean, radius: radius)
        }
      ]
    },
    closure(
      "recurrence", [Model.Port("x", [nil, 3, 5])],
      parameters: [weight("i", [16, 5]), weight("ib", [16]), weight("h", [16, 4]), weight("hb", [16])]
    ) { x, scope in
      let p = ["i", "ib", "h", "hb"].compactMap { scope.parameter($0) }
      guard p.count == 4 else { return x }
      let weights = RecurrentWeights(
        input: LinearWeights(p[0], bias: p[1]), hidden: LinearWeights(p[2], bias: p[3]))
      let zero = x[0].scope.full([x[0].shape[0], 4], 0)
      var state = LongShortTermState(hidden: zero, cell: zero)
      for step in 0..<3 {
        state = x[0].sliced(axis: 1, from: step, count: 1).squeezingAxis(at: 1).longShortTermStep(
          state, weights)
      }
      return [state.hidden]
    },
  ]
}
