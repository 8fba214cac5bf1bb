import Compute

extension OpenGraph {
  /// A step that folds or orders the elements along axes.
  func folded(_ id: StepID) -> Match {
    let inputs = inputs(id)
    switch kind(id) {
    case .reduce(let fold, let axes): return reduction(fold, axes, inputs[0], keepsAxes: true)
    case .argument(let argument):
      let name = argument.largest ? "ArgMax" : "ArgMin"
      return Match(inputs, name, ["axis": .integer(argument.axis), "keepdims": .integer(1)])
        .followed(by: "Cast", ["to": .integer(Int(TensorProto.DataType.int32.rawValue))])
    case .cumulativeSum(let sum):
      return Match(inputs) { writer, x in
        writer.add(
          "CumSum", [x[0], writer.integer(sum.axis)], ["reverse": .integer(sum.isReversed ? 1 : 0)])
      }
    case .top(let top):
      return Match(inputs) { writer, x in
        writer.add(
          "TopK", [x[0], writer.integers([top.count], "count")],
          ["axis": .integer(1), "largest": .integer(top.largest ? 1 : 0), "sorted": .integer(1)], outputs: 2)
        return writer.cast(writer.output(1), to: .int32)
      }
    default: return Match(inputs, "Identity")
    }
  }

  /// The elements of `source` along `axes` folded into one.
  func reduction(_ fold: Fold, _ axes: [Int], _ source: StepID, keepsAxes: Bool) -> Match {
    if axes.isEmpty { return Match([source], "Identity") }
    let keeps = AttributeValue.integer(keepsAxes ? 1 : 0)
    switch fold {
    case .sum:
      return Match([source]) { writer, x in
        writer.add("ReduceSum", [x[0], writer.integers(axes, "axes")], ["keepdims": keeps])
      }
    case .maximum: return Match([source], "ReduceMax", ["axes": .integers(axes), "keepdims": keeps])
    case .minimum: return Match([source], "ReduceMin", ["axes": .integers(axes), "keepdims": keeps])
    }
  }
}
