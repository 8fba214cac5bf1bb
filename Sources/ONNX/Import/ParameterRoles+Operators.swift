extension ParameterRoles {
  /// The inputs of operators that take weights.
  static let weights: [String: Set<Int>] = [
    "Conv": [1, 2], "ConvTranspose": [1, 2], "ConvInteger": [1], "QLinearConv": [3, 8], "DeformConv": [1, 3],
    "Gemm": [0, 1, 2], "MatMul": [0, 1], "MatMulInteger": [0, 1], "QLinearMatMul": [0, 3],
    "Einsum": [0, 1, 2, 3], "FusedConv": [1, 2], "FusedGemm": [0, 1, 2], "FusedMatMul": [0, 1],
    "BatchNormalization": [1, 2], "InstanceNormalization": [1, 2], "GroupNormalization": [1, 2],
    "LayerNormalization": [1, 2], "RMSNormalization": [1], "SimplifiedLayerNormalization": [1],
    "SkipLayerNormalization": [2, 3, 4], "SkipSimplifiedLayerNormalization": [2, 3],
    "BiasGelu": [1], "FastGelu": [1], "PRelu": [1], "Gather": [0],
    "LSTM": [1, 2, 3, 7], "GRU": [1, 2, 3], "RNN": [1, 2, 3],
  ]

  /// Operators that give their first input in another form.
  static let views: Set<String> = [
    "Identity", "Cast", "CastLike", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Expand",
    "Tile",
    "Slice", "Split", "QuantizeLinear", "DequantizeLinear",
  ]

  /// Operators behind which a sum is a bias.
  static let products: Set<String> = [
    "Conv", "ConvTranspose", "DeformConv", "Gemm", "MatMul", "Einsum", "FusedMatMul",
  ]
  /// Where these take a bias themselves.
  static let biases = ["Conv": 2, "ConvTranspose": 2, "DeformConv": 3, "Gemm": 2]

  static let normalizations: Set<String> = [
    "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization",
    "RMSNormalization", "MeanVarianceNormalization", "LpNormalization",
  ]
  static let reductions: Set<String> = [
    "ReduceMean", "ReduceSum", "ReduceSumSquare", "ReduceL1", "ReduceL2", "GlobalAveragePool",
  ]
  /// Functions of statistics that are statistics.
  static let functions: Set<String> = [
    "Add", "Sub", "Mul", "Div", "Pow", "Sqrt", "Reciprocal", "Max", "Clip", "Abs",
  ]
}
