/// Gives every buffer its place, in the arena or in the memory of the setup: buffers whose lives do not meet may share
/// bytes.
struct MemoryPlanner {
  /// Buffers start at multiples of this many bytes, so that a device can address each as a buffer of its own.
  static let alignment = 512

  private var first: [BufferID: Int] = [:]
  private var last: [BufferID: Int] = [:]
  private var time = 0
  private let buffers: [VirtualBuffer]

  /// The offset of each buffer in bytes, in the memory of the setup or in the arena.
  private(set) var offsets: [BufferID: Int] = [:]
  /// Bytes of the arena.
  private(set) var byteCount = 0
  /// Bytes that the setup makes.
  private(set) var setupByteCount = 0

  init(
    _ buffers: [VirtualBuffer], madeBySetup: Set<BufferID>, setup: [PendingStep], steps: [PendingStep],
    reuse: Bool
  ) {
    self.buffers = buffers
    visit(setup)
    visit(steps)
    for (id, buffer) in buffers.enumerated() {
      guard case .pinned = buffer.home else { continue }
      (first[id], last[id]) = (0, time)
    }
    let all = first.keys.filter(isInArena).sorted { (first[$0] ?? 0, $0) < (first[$1] ?? 0, $1) }
    setupByteCount = place(all.filter(madeBySetup.contains), reuse: reuse)
    byteCount = place(all.filter { !madeBySetup.contains($0) }, reuse: reuse)
  }

  private mutating func visit(_ steps: [PendingStep]) {
    for step in steps {
      switch step {
      case .launch(let launch):
        for buffer in launch.buffers { touch(buffer) }
        time += 1
      case .loop(_, let body):
        let start = time
        visit(body)
        // What exists before the loop and is used inside must outlive every iteration.
        for (buffer, use) in last where use >= start && (first[buffer] ?? start) < start {
          last[buffer] = time
        }
        time += 1
      }
    }
  }

  private mutating func touch(_ buffer: BufferID) {
    if first[buffer] == nil { first[buffer] = time }
    last[buffer] = time
  }

  /// Bytes that are taken until a time.
  private typealias Slot = (end: Int, range: Range<Int>)

  /// Best fit over the gaps between live buffers, in order of first use.
  ///
  /// - Returns: The bytes of them all.
  private mutating func place(_ order: [BufferID], reuse: Bool) -> Int {
    var live: [Slot] = []
    var byteCount = 0
    for id in order {
      let size = (buffers[id].byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
      if reuse { live.removeAll { $0.end < first[id] ?? 0 } }
      let offset = bestGap(size, live.map(\.range))
      offsets[id] = offset
      let slot = (end: last[id] ?? time, range: offset..<(offset + size))
      let index = live.firstIndex { $0.range.lowerBound > offset } ?? live.count
      live.insert(slot, at: index)
      byteCount = max(byteCount, offset + size)
    }
    return byteCount
  }

  private func isInArena(_ id: BufferID) -> Bool {
    switch buffers[id].home {
    case .arena, .pinned: true
    case .constants, .parameter: false
    }
  }

  /// The start of the smallest gap that holds `size` bytes; `ranges` ascend and do not overlap.
  private func bestGap(_ size: Int, _ ranges: [Range<Int>]) -> Int {
    var best: (waste: Int, offset: Int)?
    var cursor = 0
    for range in ranges {
      let gap = range.lowerBound - cursor
      if gap >= size, gap - size < best?.waste ?? .max { best = (gap - size, cursor) }
      cursor = max(cursor, range.upperBound)
    }
    return best?.offset ?? cursor
  }
}
