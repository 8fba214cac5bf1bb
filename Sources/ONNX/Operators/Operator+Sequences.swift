import ArrayFiles
import Compute

extension Operator {
  /// Sequences of several lengths, and elements left out.
  static let sequences: [String: Operator] = [
    "ReverseSequence": Operator { call in
      let (x, lengths) = (try call.tensor(0), try call.whole(1))
      let time = try call.integer("time_axis", default: 0)
      let batch = try call.integer("batch_axis", default: 1)
      guard x.rank >= 2, Set([time, batch]) == [0, 1], lengths.shape == [x.shape[batch]] else {
        throw ImportError(
          "lengths \(lengths.shape) do not fit \(x.shape) with time along axis \(time) and samples along \(batch)"
        )
      }
      let inner = x.shape.extents[2...].reduce(1, *)
      let (samples, steps) = (x.shape[batch], x.shape[time])
      // [samples, inner, steps]
      let rows = x.reshaped([x.shape[0], x.shape[1], inner]).transposed([batch, 2, time])
      let place = call.scope.iota([samples, 1, steps], axis: 2)
      let count = lengths.reshaped([samples, 1, 1])
      let source = (place .< count).select(count - 1 - place, place).broadcast(to: [samples, inner, steps])
      let picked = rows.takingAlongLastAxis(source)
      return try call.result(picked.transposed(batch == 0 ? [0, 2, 1] : [2, 0, 1]).reshaped(x.shape))
    },
    "Compress": Operator { call in
      var x = try call.tensor(0)
      let condition = try call.known(1).integers
      var axis = 0
      if call.attributes["axis"] == nil {
        x = x.reshaped([x.shape.count])
      } else {
        axis = try call.axis(try call.integer("axis"), rank: x.rank)
      }
      guard condition.count <= x.shape[axis] else {
        throw ImportError("\(condition.count) truth values do not fit an axis of \(x.shape[axis])")
      }
      let places = condition.indices.filter { condition[$0] != 0 }.map(Int32.init)
      return try call.result(x.taking(call.scope.constant(HostArray([places.count], places)), axis: axis))
    },
  ]
}
