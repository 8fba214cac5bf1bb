/// Gives every buffer its place, in the arena or in the memory of the setup: buffers whose lives do not meet may share
/// bytes.
struct MemoryPlanner {
  /// Buffers start at multiples of this many bytes, so that a device can address each as a buffer of its own.
  static let alignment = 512

  /// The first and the last step that use each buffer.
  private var first, last: [Int?]
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
    first = buffers.map { _ in nil }
    last = first
    visit(setup)
    visit(steps)
    for (id, buffer) in buffers.enumerated() {
      guard case .pinned = buffer.home else { continue }
      (first[id], last[id]) = (0, time)
    }
    let used = buffers.indices.filter { first[$0] != nil && isInArena($0) }
    let all = used.sorted { (first[$0] ?? 0, $0) < (first[$1] ?? 0, $1) }
    setupByteCount = place(all.filter(madeBySetup.contains), reuse: reuse)
    byteCount = place(all.filter { !madeBySetup.contains($0) }, reuse: reuse)
  }

  /// Notes when each buffer is used.
  ///
  /// - Returns: The buffers that these steps use.
  @discardableResult private mutating func visit(_ steps: [PendingStep]) -> Set<BufferID> {
    var used: Set<BufferID> = []
    for step in steps {
      switch step {
      case .launch(let launch):
        for buffer in launch.buffers {
          touch(buffer)
          used.insert(buffer)
        }
        time += 1
      case .loop(_, let body):
        let start = time
        let inside = visit(body)
        // What exists before the loop and is used inside must outlive every iteration.
        for buffer in inside where (first[buffer] ?? start) < start { last[buffer] = time }
        used.formUnion(inside)
        time += 1
      }
    }
    return used
  }

  private mutating func touch(_ buffer: BufferID) {
    if first[buffer] == nil { first[buffer] = time }
    last[buffer] = time
  }

  /// Best fit over the gaps between live buffers, in order of first use.
  ///
  /// - Returns: The bytes of them all.
  private mutating func place(_ order: [BufferID], reuse: Bool) -> Int {
    var space = FreeSpace()
    var leaving = order.sorted { (last[$0] ?? time) < (last[$1] ?? time) }[...]
    var byteCount = 0
    for id in order {
      while reuse, let next = leaving.first, last[next] ?? time < first[id] ?? 0 {
        leaving.removeFirst()
        let offset = offsets[next] ?? 0
        space.give(offset..<(offset + size(of: next)))
      }
      let offset = space.take(size(of: id))
      offsets[id] = offset
      byteCount = max(byteCount, offset + size(of: id))
    }
    return byteCount
  }

  private func size(of id: BufferID) -> Int {
    (buffers[id].byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
  }

  private func isInArena(_ id: BufferID) -> Bool {
    switch buffers[id].home {
    case .arena, .pinned: true
    case .constants, .parameter: false
    }
  }
}
