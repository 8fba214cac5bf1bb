import Compute

extension Pattern {
  /// x held between 0 and 6, which readers take for ReLU6.
  static let relu6 = Pattern { graph, id in
    guard let choice = graph.operands(id, of: .select), let test = graph.operands(choice[0], of: .less),
      let source = graph.operands(choice[1], of: .relu), test[0] == choice[1], graph.number(test[1]) == 6,
      graph.number(choice[2]) == 6
    else { return nil }
    return Match(source) { writer, x in
      writer.add("Clip", [x[0], writer.number(0, .float32), writer.number(6, .float32)])
    }
  }

  /// x where positive, else x times a number or times a slope for each channel.
  static let leakyRelu = Pattern { graph, id in
    guard let choice = graph.operands(id, of: .select), let test = graph.operands(choice[0], of: .less),
      graph.number(test[0]) == 0, test[1] == choice[1]
    else { return nil }
    for (source, slope) in graph.pairs(choice[2], of: .multiply) where source == choice[1] {
      if let number = graph.number(slope) { return Match([source], "LeakyRelu", ["alpha": .float(number)]) }
      return Match(
        [source, graph.stretchable(choice[2])[graph.inputs(choice[2])[0] == slope ? 0 : 1]], "PRelu")
    }
    return nil
  }
}
