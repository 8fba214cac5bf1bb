import Compute

/// Two layers: parameters are declared and named while the graph is traced.
struct Perceptron {
  let hidden, output: LinearWeights

  init(_ scope: Scope) {
    let (first, second) = (scope["hidden"], scope["output"])
    hidden = LinearWeights(first.parameter("weight", [32, 64]), bias: first.parameter("bias", [32]))
    output = LinearWeights(second.parameter("weight", [10, 32]), bias: second.parameter("bias", [10]))
  }

  func callAsFunction(_ images: Tensor) -> Tensor {
    images.flattened().linear(hidden).relu().linear(output)
  }
}
