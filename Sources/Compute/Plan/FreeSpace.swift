/// Which bytes of a growing range are taken, in an order of taking and giving back.
///
/// - Complexity: Each step takes about as long as the square root of how many gaps there are, so that a graph of a
///   hundred thousand values is planned in no time.
struct FreeSpace {
  /// What is free between taken ranges: the smallest first, and of equally large ones the first.
  private struct Gap: Comparable {
    let count, start: Int
    static func < (a: Gap, b: Gap) -> Bool { (a.count, a.start) < (b.count, b.start) }
  }

  private var gaps = SortedSet<Gap>()
  /// The gaps by their ends, and by their starts.
  private var starts: [Int: Int] = [:]
  private var ends: [Int: Int] = [:]
  /// Where the last taken range ends.
  private var top = 0

  /// Takes `count` bytes out of the smallest gap that holds them, else behind all that is taken.
  ///
  /// - Returns: The first of them.
  mutating func take(_ count: Int) -> Int {
    guard let gap = gaps.first(notBefore: Gap(count: count, start: 0)) else {
      top += count
      return top - count
    }
    remove(gap)
    if gap.count > count { insert(Gap(count: gap.count - count, start: gap.start + count)) }
    return gap.start
  }

  /// Gives back a range that was taken.
  mutating func give(_ range: Range<Int>) {
    var (start, end) = (range.lowerBound, range.upperBound)
    if let before = starts[start] {
      remove(Gap(count: start - before, start: before))
      start = before
    }
    if let after = ends[end] {
      remove(Gap(count: after - end, start: end))
      end = after
    }
    if end == top { top = start } else { insert(Gap(count: end - start, start: start)) }
  }

  private mutating func insert(_ gap: Gap) {
    gaps.insert(gap)
    starts[gap.start + gap.count] = gap.start
    ends[gap.start] = gap.start + gap.count
  }

  private mutating func remove(_ gap: Gap) {
    gaps.remove(gap)
    starts[gap.start + gap.count] = nil
    ends[gap.start] = nil
  }
}

/// Different elements in order, in pieces short enough to be moved about.
struct SortedSet<Element: Comparable> {
  private static var longest: Int { 512 }
  /// Each ascends, and none is empty.
  private var pieces: [[Element]] = []

  /// The first element that is not less than `bound`.
  func first(notBefore bound: Element) -> Element? {
    let piece = piece(of: bound)
    guard piece < pieces.count else { return nil }
    return pieces[piece][place(of: bound, in: piece)]
  }

  mutating func insert(_ element: Element) {
    guard !pieces.isEmpty else { return pieces = [[element]] }
    let piece = min(piece(of: element), pieces.count - 1)
    pieces[piece].insert(element, at: place(of: element, in: piece))
    guard pieces[piece].count > Self.longest else { return }
    let half = Self.longest / 2
    pieces.insert(Array(pieces[piece][half...]), at: piece + 1)
    pieces[piece].removeSubrange(half...)
  }

  /// Takes out an element that is there.
  mutating func remove(_ element: Element) {
    let piece = piece(of: element)
    pieces[piece].remove(at: place(of: element, in: piece))
    if pieces[piece].isEmpty { pieces.remove(at: piece) }
  }

  /// The first piece whose last element is not less than `element`.
  private func piece(of element: Element) -> Int {
    firstIndex(pieces.count) { index in !(pieces[index][pieces[index].count - 1] < element) }
  }

  private func place(of element: Element, in piece: Int) -> Int {
    firstIndex(pieces[piece].count) { !(pieces[piece][$0] < element) }
  }

  /// The first index below `count` for which a condition holds that holds from there on, or `count`.
  private func firstIndex(_ count: Int, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
