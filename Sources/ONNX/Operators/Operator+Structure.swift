import ArrayFiles
import Compute

extension Operator {
  /// Joining, cutting and repeating.
  static let structure: [String: Operator] = [
    "Concat": Operator { call in
      let parts = try call.all()
      let axis = try call.axis(try call.integer("axis"), rank: parts[0].rank)
      for part in parts {
        var (first, other) = (parts[0].shape.extents, part.shape.extents)
        guard first.count == other.count else {
          throw ImportError("\(parts[0].shape) and \(part.shape) cannot be joined along axis \(axis)")
        }
        (first[axis], other[axis]) = (0, 0)
        guard first == other else {
          throw ImportError("\(parts[0].shape) and \(part.shape) cannot be joined along axis \(axis)")
        }
      }
      return try call.result(.concatenated(parts, axis: axis))
    },
    "Split": Operator { call in
      let x = try call.tensor(0)
      let axis = try call.axis(try call.integer("axis", default: 0), rank: x.rank)
      let element = try call.element(0)
      var start = 0
      return try parts(of: x.shape[axis], call).map { count in
        defer { start += count }
        return ImportedValue(x.sliced(axis: axis, from: start, count: count), element)
      }
    },
    "Tile": Operator { call in
      let x = try call.tensor(0)
      let repeats = try call.knownIntegers(1)
      guard repeats.count == x.rank, repeats.allSatisfy({ $0 >= 0 }) else {
        throw ImportError("the repeats \(repeats) should be a number, 0 or more, for each axis of \(x.shape)")
      }
      _ = try call.shape(
        zip(x.shape.extents, repeats).map { extent, count in
          let (product, overflows) = extent.multipliedReportingOverflow(by: count)
          return overflows ? .max : product
        })
      return try call.result(repeats.indices.reduce(x) { repeated($0, repeats[$1], axis: $1) })
    },
  ]

  /// The extents that a `Split` divides an extent into.
  private static func parts(of extent: Int, _ call: NodeCall) throws -> [Int] {
    if let parts = try call.integers("split", orInput: 1) {
      guard parts.allSatisfy({ $0 >= 0 && $0 <= extent }), parts.reduce(0, +) == extent else {
        throw ImportError("the parts \(parts) do not add up to the extent \(extent)")
      }
      return parts
    }
    let count = try call.integer("num_outputs", default: call.outputCount)
    guard count > 0, count <= max(1, call.outputCount) else {
      throw ImportError("\(count) parts are asked for, but \(call.outputCount) outputs are named")
    }
    guard call.version >= 18 || extent % count == 0 else {
      throw ImportError("the extent \(extent) cannot be divided into \(count) equal parts")
    }
    let size = (extent + count - 1) / count
    return (0..<count).map { max(0, min(size, extent - $0 * size)) }
  }

  /// The elements repeated as a whole along an axis.
  private static func repeated(_ x: Tensor, _ count: Int, axis: Int) -> Tensor {
    guard count != 1 else { return x }
    var extents = x.shape.extents
    let outer = extents[..<axis].reduce(1, *)
    let inner = extents[axis...].reduce(1, *)
    extents[axis] *= count
    return x.reshaped([outer, 1, inner]).broadcast(to: [outer, count, inner]).reshaped(Shape(extents))
  }
}
