import ArrayFiles
import Compute

extension Operator {
  /// Picking elements by position.
  ///
  /// Negative positions count from the end. Known ones must lie inside; others that do not pick 0.
  static let indexing: [String: Operator] = [
    "Gather": Operator(gather),
    "GatherElements": Operator { call in
      let (x, indices) = (try call.tensor(0), try call.tensor(1))
      let axis = try call.axis(try call.integer("axis", default: 0), rank: x.rank)
      guard indices.rank == x.rank,
        (0..<x.rank).allSatisfy({ $0 == axis || indices.shape[$0] <= x.shape[$0] })
      else { throw ImportError("the positions \(indices.shape) do not fit \(x.shape) along axis \(axis)") }
      var exchange = Array(0..<x.rank)
      exchange.swapAt(axis, x.rank - 1)
      let part = (0..<x.rank).filter { $0 != axis }.reduce(x) { part, other in
        part.sliced(axis: other, from: 0, count: indices.shape[other])
      }
      let positions = try call.positions(1, of: x.shape[axis])
      let picked = part.transposed(exchange).takingAlongLastAxis(positions.transposed(exchange))
      return try call.result(picked.transposed(exchange))
    },
    "GatherND": Operator(gatherSlices),
    "OneHot": Operator(oneHot),
  ]

  private static func gather(_ call: NodeCall) throws -> [ImportedValue] {
    let (x, indices) = (try call.tensor(0), try call.value(1))
    let axis = try call.axis(try call.integer("axis", default: 0), rank: x.rank)
    let positions = try call.positions(1, of: x.shape[axis])
    let extents = x.shape.extents
    let target = try call.shape(
      Array(extents[..<axis]) + positions.shape.extents + Array(extents[(axis + 1)...]))
    // One known position is a slice, which costs nothing.
    if let known = indices.known?.integers, known.count == 1 {
      let position = Int(known[0]) + (known[0] < 0 ? extents[axis] : 0)
      return try call.result(x.sliced(axis: axis, from: position, count: 1).reshaped(target))
    }
    return try call.result(x.taking(positions, axis: axis))
  }

  /// Slices at positions of several axes: the positions lie along the last axis of input 1.
  private static func gatherSlices(_ call: NodeCall) throws -> [ImportedValue] {
    let (x, indices) = (try call.tensor(0), try call.tensor(1))
    let batch = try call.integer("batch_dims", default: 0)
    guard indices.rank >= 1, batch >= 0, batch < min(x.rank, indices.rank),
      x.shape.extents[..<batch] == indices.shape.extents[..<batch],
      batch + indices.shape[indices.rank - 1] <= x.rank
    else {
      throw ImportError("the positions \(indices.shape) with \(batch) batch axes do not fit \(x.shape)")
    }
    let depth = indices.shape[indices.rank - 1]
    let extents = x.shape.extents
    let target = try call.shape(
      Array(indices.shape.extents.dropLast() + extents[(batch + depth)...]))
    let samples = extents[..<batch].reduce(1, *)
    let places = extents[batch..<(batch + depth)].reduce(1, *)
    let rows = x.reshaped([samples * places, extents[(batch + depth)...].reduce(1, *)])
    let perSample = indices.shape.extents[batch..<(indices.rank - 1)].reduce(1, *)
    let positions = try call.flatPositions(1, in: Array(extents[batch..<(batch + depth)]))
      .reshaped([samples, perSample])
    let firsts = x.scope.iota([samples, perSample], axis: 0) * Double(places)
    // A position outside stays outside, instead of reaching into the next sample.
    let found = (positions .< 0).select(positions, positions + firsts)
    return try call.result(rows.taking(found.reshaped([samples * perSample]), axis: 0).reshaped(target))
  }

  private static func oneHot(_ call: NodeCall) throws -> [ImportedValue] {
    let indices = try call.numeric(0).cast(to: .int32)
    let (depth, values) = (try call.knownInteger(1), try call.tensor(2))
    guard values.shape == [2] else { throw ImportError("input 2 should be two numbers, not \(values.shape)") }
    let axis = try call.axis(try call.integer("axis", default: -1), rank: indices.rank + 1)
    var extents = indices.shape.extents
    extents.insert(depth, at: axis)
    let target = try call.shape(extents)
    let wrapped = (indices .< 0).select(indices + Double(depth), indices)
    let isHot = wrapped.expandingAxis(at: axis) .== call.scope.iota(target, axis: axis)
    let choices = [0, 1].map { values.sliced(axis: 0, from: $0, count: 1).reshaped([]) }
    return [ImportedValue(isHot.select(choices[1], choices[0]), try call.element(2))]
  }
}

extension NodeCall {
  /// The positions that input `index` names along an axis, counted from the front.
  func positions(_ index: Int, of extent: Int) throws -> Tensor {
    let value = try value(index)
    guard value.tensor.element == .int32 else { throw ImportError("input \(index) should hold integers") }
    if let known = value.known?.integers {
      for position in known where position < Int64(-extent) || position >= Int64(extent) {
        throw ImportError("input \(index) names position \(position) of an axis of \(extent)")
      }
      let counted = known.map { Int32(truncatingIfNeeded: $0 < 0 ? $0 + Int64(extent) : $0) }
      return scope.constant(HostArray(value.tensor.shape, counted))
    }
    return (value.tensor .< 0).select(value.tensor + Double(extent), value.tensor)
  }

  /// The positions along some axes, which lie along the last axis of input `index`, as positions in row-major
  /// order.
  ///
  /// - Returns: The shape of the input without its last axis; -1 for a position outside.
  func flatPositions(_ index: Int, in extents: [Int]) throws -> Tensor {
    let named = try tensor(index)
    let (axis, strides) = (named.rank - 1, Shape(extents).strides)
    let target = Shape(Array(named.shape.extents.dropLast()))
    guard named.element == .int32 else { throw ImportError("input \(index) should hold integers") }
    var flat = scope.full(target, 0, .int32)
    var isInside = scope.full(target, 1, .bool)
    for (place, extent) in extents.enumerated() {
      let given = named.sliced(axis: axis, from: place, count: 1).reshaped(target)
      let position = (given .< 0).select(given + Double(extent), given)
      isInside = isInside && (position .>= 0) && (position .< Double(extent))
      flat = flat + position * Double(strides[place])
    }
    return isInside.select(flat, scope.full(target, -1, .int32))
  }
}
