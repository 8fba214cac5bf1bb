import Compute

extension ReferenceModel {
  /// The networks every device is checked with.
  public static let all: [ReferenceModel] = [
    perceptron, residualInference, residualTraining, pooled, grouped, transformer, recurrent,
  ]

  static let perceptron = ReferenceModel(name: "perceptron", input: TensorType([5, 12])) { x, scope in
    let hidden = (x.matmul(scope.parameter("w1", [12, 24])) + scope.parameter("b1", [24])).relu()
    return hidden.matmul(scope.parameter("w2", [24, 7])) + scope.parameter("b2", [7])
  }

  static let residualInference = residual("residual network, batch-norm of inference") { x, scope in
    let c = x.shape[1]
    return x.batchNormalized(
      scale: scope.parameter("scale", [c]), shift: scope.parameter("shift", [c]),
      mean: scope.parameter("mean", [c]), variance: scope.parameter("variance", [c]))
  }

  static let residualTraining = residual("residual network, batch-norm of training") { x, scope in
    let c = x.shape[1]
    return x.batchNormalizedInTraining(
      scale: scope.parameter("scale", [c]), shift: scope.parameter("shift", [c])
    ).output
  }

  private static func residual(
    _ name: String, _ normalize: @escaping @Sendable (Tensor, RecordingScope) -> Tensor
  ) -> ReferenceModel {
    ReferenceModel(name: name, input: TensorType([3, 3, 8, 8])) { x, scope in
      func convolution(_ x: Tensor, _ width: Int, _ name: String, stride: Int = 1, kernel: Int = 3) -> Tensor
      {
        let weight = scope[name].parameter("weight", [width, x.shape[1], kernel, kernel])
        return normalize(x.convolved(weight, stride: stride, padding: kernel / 2), scope[name])
      }
      let stem = convolution(x, 16, "stem").relu()
      let first = convolution(convolution(stem, 16, "a").relu(), 16, "b") + stem
      let shortcut = convolution(first.relu(), 32, "shortcut", stride: 2, kernel: 1)
      let second = convolution(convolution(first.relu(), 32, "c", stride: 2).relu(), 32, "d") + shortcut
      let features = second.relu().globalAveragePooled()
      return features.matmul(scope.parameter("head", [32, 4])) + scope.parameter("bias", [4])
    }
  }

  static let pooled = ReferenceModel(name: "pooled network", input: TensorType([2, 1, 12, 12])) { x, scope in
    let first =
      x.convolved(scope.parameter("w1", [20, 1, 5, 5]), padding: 2) + scope.parameter("b1", [20, 1, 1])
    let pooled = first.relu().maxPooled(WindowGeometry([2, 2]))
    let second =
      pooled.convolved(scope.parameter("w2", [24, 20, 3, 3]), dilation: 2)
      + scope.parameter("b2", [24, 1, 1])
    let averaged = second.gelu(.none).averagePooled(WindowGeometry([2, 2], stride: [1, 1]))
    return averaged.flattened().matmul(scope.parameter("head", [24, 5]))
  }

  static let grouped = ReferenceModel(name: "depthwise and grouped network", input: TensorType([2, 4, 7, 7]))
  { x, scope in
    let first = x.convolved(scope.parameter("w1", [16, 4, 1, 1])).relu()
    let depthwise = first.convolved(scope.parameter("w2", [16, 1, 3, 3]), padding: 1, groups: 16).silu()
    let grouped = depthwise.convolved(scope.parameter("w3", [32, 8, 3, 3]), stride: 2, padding: 1, groups: 2)
      .relu()
    let wide = grouped.convolved(scope.parameter("w4", [32, 16, 3, 3]), padding: 1, groups: 2).tanh()
    return wide.globalAveragePooled().matmul(scope.parameter("head", [32, 3]))
  }

  static let transformer = ReferenceModel(name: "transformer block", input: TensorType([2, 6, 16])) {
    x, scope in
    func linear(_ x: Tensor, _ width: Int, _ name: String) -> Tensor {
      x.matmul(scope[name].parameter("weight", [x.shape[2], width])) + scope[name].parameter("bias", [width])
    }
    func normalized(_ x: Tensor, _ name: String) -> Tensor {
      x.layerNormalized(
        scale: scope[name].parameter("scale", [16]), shift: scope[name].parameter("shift", [16]))
    }
    func heads(_ x: Tensor) -> Tensor { x.reshaped([2, 6, 4, 4]).transposed([0, 2, 1, 3]) }
    let y = normalized(x, "norm1")
    // A bias of the keys would change nothing: softmax cancels it, and its gradient is 0.
    let keys = heads(y.matmul(scope["key"].parameter("weight", [16, 16])))
    let mixed = heads(linear(y, 16, "query")).attention(key: keys, value: heads(linear(y, 16, "value")))
    let attended = x + linear(mixed.transposed([0, 2, 1, 3]).reshaped([2, 6, 16]), 16, "out")
    let expanded = linear(normalized(attended, "norm2"), 32, "up").gelu(.none)
    let output = attended + linear(expanded, 16, "down")
    return output.mean([1]).matmul(scope.parameter("head", [16, 3]))
  }

  static let recurrent = ReferenceModel(name: "recurrent cell", input: TensorType([3, 5, 6])) { x, scope in
    let weights = (
      scope.parameter("input", [6, 8]), scope.parameter("hidden", [8, 8]), scope.parameter("bias", [8])
    )
    var hidden = (x.sliced(axis: 1, from: 0, count: 1).squeezingAxis(at: 1).matmul(weights.0)).tanh()
    for time in 1..<5 {
      let frame = x.sliced(axis: 1, from: time, count: 1).squeezingAxis(at: 1)
      hidden = (frame.matmul(weights.0) + hidden.matmul(weights.1) + weights.2).tanh()
    }
    return hidden.matmul(scope.parameter("head", [8, 4]))
  }
}
