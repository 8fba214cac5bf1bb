extension Operator {
  /// The first operator set in which an operator has the meaning that is translated; 1 for those not listed.
  ///
  /// Up to set 5 operators carried hints about memory, which change nothing. In set 7 broadcasting became implicit.
  static let firstVersions: [String: Int] = [
    "Add": 7, "And": 7, "BatchNormalization": 7, "Cast": 6, "Concat": 4, "Div": 7, "Dropout": 7, "Equal": 7,
    "GRU": 7,
    "Gemm": 7, "Greater": 7, "LSTM": 7, "Less": 7, "Mul": 7, "Or": 7, "PRelu": 7, "Pad": 2, "Pow": 7,
    "RNN": 7,
    "Reshape": 5, "Selu": 6, "Split": 2, "Sub": 7, "Tile": 6, "Upsample": 7, "Xor": 7,
  ]
}
