extension ONNXModel {
  /// What a user should know about numbers that are found with this model.
  public var remarks: [ModelRemark] {
    var found: [ModelRemark] = []
    let types = graph.allNodes.map(\.type)
    let rounding = types.filter { Self.rounding.contains($0) }.count
    if rounding > 0 {
      found.append(
        ModelRemark(
          .quantised,
          "the model rounds to quantised integers in \(nodes(rounding)); derivatives pass straight through, as if it did "
            + "not round"))
    }
    let drawing = types.filter { Self.drawing.contains($0) }.count
    if drawing > 0 {
      found.append(
        ModelRemark(
          .random,
          "the model draws random numbers in \(nodes(drawing)); here they are the same for every sample and every call"
        ))
    }
    return found
  }

  private func nodes(_ count: Int) -> String { count == 1 ? "1 node" : "\(count) nodes" }

  private static let rounding: Set<String> = [
    "QuantizeLinear", "DynamicQuantizeLinear", "QLinearConv", "QLinearMatMul",
  ]
  private static let drawing: Set<String> = [
    "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial",
  ]
}
