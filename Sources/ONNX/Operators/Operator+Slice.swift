import ArrayFiles
import Compute

extension Operator {
  /// Cutting out ranges.
  static let slice: [String: Operator] = ["Slice": Operator(slice)]

  /// Ranges along some axes; they are attributes before version 10 and inputs since.
  private static func slice(_ call: NodeCall) throws -> [ImportedValue] {
    let x = try call.tensor(0)
    let isInput = call.version >= 10
    guard let starts = try isInput ? call.knownIntegers(1) : call.integers("starts"),
      let ends = try isInput ? call.knownIntegers(2) : call.integers("ends")
    else { throw ImportError("attribute 'starts' or 'ends' is missing") }
    let given = try isInput ? (call.has(3) ? call.knownIntegers(3) : nil) : call.integers("axes")
    let axes = try call.axes(given ?? Array(starts.indices), rank: x.rank)
    let steps = try isInput && call.has(4) ? call.knownIntegers(4) : starts.map { _ in 1 }
    guard axes.count == starts.count, ends.count == starts.count, steps.count == starts.count,
      !steps.contains(0)
    else {
      throw ImportError(
        "starts \(starts), ends \(ends), axes \(axes) and steps \(steps) should be equally many, no step 0"
      )
    }
    return try call.result(
      axes.indices.reduce(x) { part, index in
        let range = SliceRange(
          from: starts[index], to: ends[index], by: steps[index], of: part.shape[axes[index]])
        return range.taken(from: part, axis: axes[index])
      })
  }
}

/// The positions along an axis that a `Slice` takes.
struct SliceRange {
  /// The first position in ascending order.
  let lowest: Int
  /// How many positions.
  let count: Int
  /// The distance between them, 1 or more.
  let step: Int
  /// Whether they are taken in descending order.
  let isReversed: Bool

  /// The positions from `start` until `end`, which is not among them.
  ///
  /// Negative bounds count from the end; bounds outside are moved to the nearest place inside, which for the
  /// end of a descending range is that before the first position.
  init(from start: Int, to end: Int, by step: Int, of extent: Int) {
    isReversed = step < 0
    let size = Int(clamping: step.magnitude)
    let first = start < 0 ? start + extent : start
    let limit = end < 0 ? end + extent : end
    let (from, until) =
      isReversed
      ? (min(max(first, 0), extent - 1), min(max(limit, -1), extent - 1))
      : (min(max(first, 0), extent), min(max(limit, 0), extent))
    let distance = isReversed ? from - until : until - from
    count = distance <= 0 ? 0 : (distance - 1) / size + 1
    self.step = count > 1 ? size : 1
    lowest = count == 0 ? 0 : isReversed ? from - (count - 1) * self.step : from
  }

  /// The slice of `tensor`.
  func taken(from tensor: Tensor, axis: Int) -> Tensor {
    let part = tensor.sliced(axis: axis, from: lowest, count: count, step: step)
    return isReversed && count > 1 ? part.reversed([axis]) : part
  }
}
