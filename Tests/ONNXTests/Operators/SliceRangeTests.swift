import Testing

@testable import ONNX

/// The positions a slice takes are those that counting by its steps meets.
@Suite struct SliceRangeTests {
  @Test(arguments: [0, 1, 2, 5]) func takesWhatCountingMeets(_ extent: Int) {
    let bounds = [Int.min, -7, -5, -2, -1, 0, 1, 3, 5, 7, Int.max]
    for start in bounds {
      for end in bounds {
        for step in [Int.min, -3, -1, 1, 2, Int.max] {
          let range = SliceRange(from: start, to: end, by: step, of: extent)
          let ascending = (0..<range.count).map { range.lowest + $0 * range.step }
          let found = range.isReversed ? ascending.reversed() : ascending
          #expect(found == counted(start, end, step, extent), "\(start), \(end), \(step) of \(extent)")
        }
      }
    }
  }

  private func counted(_ start: Int, _ end: Int, _ step: Int, _ extent: Int) -> [Int] {
    func fromFront(_ bound: Int) -> Int { bound < 0 ? bound + extent : bound }
    let first = min(max(fromFront(start), 0), step > 0 ? extent : extent - 1)
    let limit = step > 0 ? min(fromFront(end), extent) : max(fromFront(end), -1)
    var positions: [Int] = []
    var position = first
    while step > 0 ? position < limit : position > limit {
      if position >= 0 { positions.append(position) }
      let (next, overflows) = position.addingReportingOverflow(step)
      if overflows { break }
      position = next
    }
    return positions
  }
}
