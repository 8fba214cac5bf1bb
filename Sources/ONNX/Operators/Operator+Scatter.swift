import ArrayFiles
import Compute

extension Operator {
  /// Writing elements at positions, which must be known while tracing.
  static let scatter: [String: Operator] = [
    "Scatter": Operator(scatterElements),
    "ScatterElements": Operator(scatterElements),
    "ScatterND": Operator { call in
      let (x, indices, updates) = (try call.tensor(0), try call.tensor(1).shape, try call.tensor(2))
      guard let depth = indices.extents.last, depth <= x.rank else {
        throw ImportError("the positions \(indices) do not fit \(x.shape)")
      }
      let (outer, inner) = (Array(x.shape.extents[..<depth]), Array(x.shape.extents[depth...]))
      guard updates.shape == Shape(indices.extents.dropLast() + inner) else {
        throw ImportError("the updates \(updates.shape) do not fit the positions \(indices) in \(x.shape)")
      }
      let count = indices.extents.dropLast().reduce(1, *)
      let positions = try rowPositions(try call.knownIntegers(1), count, outer)
      return try scattered(call, positions, places: outer.reduce(1, *), width: inner.reduce(1, *))
    },
  ]

  private static func scatterElements(_ call: NodeCall) throws -> [ImportedValue] {
    let (x, indices, updates) = (try call.tensor(0), try call.tensor(1).shape, try call.tensor(2))
    let axis = try call.axis(try call.integer("axis", default: 0), rank: x.rank)
    guard indices.rank == x.rank, updates.shape == indices,
      (0..<x.rank).allSatisfy({ $0 == axis || indices[$0] <= x.shape[$0] })
    else { throw ImportError("the updates \(updates.shape) at \(indices) do not fit \(x.shape)") }
    let (strides, own) = (x.shape.strides, indices.strides)
    let positions = try call.knownIntegers(1).enumerated().map { place, position in
      let along = try Self.position(position, of: x.shape[axis])
      return (0..<x.rank).reduce(0) { sum, other in
        sum + (other == axis ? along : place / own[other] % indices[other]) * strides[other]
      }
    }
    return try scattered(call, positions, places: x.shape.count, width: 1)
  }

  /// A position along an axis, counted from the front.
  private static func position(_ position: Int, of extent: Int) throws -> Int {
    let counted = position < 0 ? position + extent : position
    guard counted >= 0, counted < extent else {
      throw ImportError("position \(position) does not lie on an axis of \(extent)")
    }
    return counted
  }

  /// The row-major positions of rows of coordinates.
  private static func rowPositions(_ coordinates: [Int], _ count: Int, _ extents: [Int]) throws -> [Int] {
    let strides = Shape(extents).strides
    return try (0..<count).map { row in
      try extents.indices.reduce(0) { sum, axis in
        let coordinate = coordinates[row * extents.count + axis]
        return sum + (try position(coordinate, of: extents[axis])) * strides[axis]
      }
    }
  }

  /// Rows of input 2 written to rows of input 0, which are taken as `places` rows of `width` elements.
  private static func scattered(
    _ call: NodeCall, _ positions: [Int], places: Int, width: Int
  ) throws -> [ImportedValue] {
    let name = try call.string("reduction", default: "none")
    guard let combination = ScatterCombination(rawValue: name) else {
      throw ImportError("attribute 'reduction' is '\(name)'; none, add, mul, max and min are supported")
    }
    let (x, updates) = (try call.tensor(0), try call.tensor(2))
    guard x.element == updates.element else { throw ImportError("inputs 0 and 2 have different types") }
    guard !positions.isEmpty, places * width > 0 else { return try call.result(x) }
    let rows = updates.reshaped([positions.count, width])
    var result = x.reshaped([places, width])
    for layer in try layers(positions, places: places, isLastOnly: combination == .none) {
      let picked = rows.taking(call.scope.constant(HostArray([places], layer)), axis: 0)
      let isHit = call.scope.constant(HostArray([places, 1], layer.map { $0 >= 0 }))
      result = isHit.select(combination.applied(result, picked), result)
    }
    return try call.result(result.reshaped(x.shape).wrapped(as: try call.element(0)))
  }

  /// For each place the update it receives, or -1, as many times as one place receives updates.
  private static func layers(_ positions: [Int], places: Int, isLastOnly: Bool) throws -> [[Int32]] {
    var layers: [[Int32]] = []
    var received = [Int](repeating: 0, count: places <= longest ? places : 0)
    for (update, position) in positions.enumerated() {
      let layer = isLastOnly || received.isEmpty ? 0 : received[position]
      if layer == layers.count {
        guard (layer + 1) * places <= longest else {
          throw ImportError(
            "too many positions are written to, or one too often; they are listed while tracing")
        }
        layers.append([Int32](repeating: -1, count: places))
      }
      layers[layer][position] = Int32(truncatingIfNeeded: update)
      received[position] += 1
    }
    return layers
  }

  /// The most places listed while tracing.
  private static let longest = 1 << 22
}

/// How an update changes what stands at its place.
private enum ScatterCombination: String {
  case none, add, mul, max, min

  func applied(_ old: Tensor, _ update: Tensor) -> Tensor {
    switch self {
    case .none: update
    case .add: old + update
    case .mul: old * update
    case .max: old.maximum(update)
    case .min: old.minimum(update)
    }
  }
}
