/// Lowers a graph: decides what is computed in which kernel, and records launches over buffers without addresses.
final class Planner {
  let family: KernelFamily
  let options: PlanOptions
  /// What launches keep within.
  let limits: DeviceLimits
  private(set) var buffers: [VirtualBuffer] = []
  private(set) var constants: [UInt8] = []
  private var knownConstants: [[UInt8]: BufferID] = [:]
  private(set) var parameters: [(name: String, type: TensorType)] = []
  private(set) var setup: [PendingStep] = []
  /// The steps of a run, then those of each open loop.
  var frames = [StepFrame()]
  /// Whether launches go to the setup.
  private var isSettingUp = false
  /// Buffers that the setup fills.
  private(set) var setupBuffers: Set<BufferID> = []
  /// Whether parameters stay the same during a run, so that what is made of them can be kept.
  let keepsParameters: Bool
  /// What the launches that are emitted now are for.
  var purposes = PurposeTracker()
  /// The choices between launch parameters.
  let tuning: Tuning
  /// What the next launch was chosen among.
  var tunable: TunableLaunch?
  private var parameterBuffers: [String: BufferID] = [:]
  /// Values stored in another layout than they were made in, so that each is converted once.
  private var conversions: [Conversion: BufferID] = [:]

  /// Weights in the layout that kernels read, by what made them.
  private var packings: [Packing: BufferID] = [:]

  private struct Packing: Hashable {
    let kernel: String
    let weights: BufferID
    let integers: [Int]
  }

  private struct Conversion: Hashable {
    let root: Term
    let shape: Shape
    let layout: Layout
  }

  init(
    family: KernelFamily, options: PlanOptions, tuning: Tuning = .none, limits: DeviceLimits = .none,
    keepsParameters: Bool
  ) {
    self.limits = limits
    self.keepsParameters = keepsParameters
    self.tuning = tuning
    self.family = family
    self.options = options
  }

  /// The steps of a run.
  var steps: [PendingStep] { frames[0].steps }

  // MARK: Buffers and launches

  func allocate(_ byteCount: Int, pinned: Bool = false) -> BufferID {
    if isSettingUp { setupBuffers.insert(buffers.count) }
    buffers.append(
      VirtualBuffer(home: pinned || isSettingUp ? .pinned : .arena, byteCount: max(byteCount, 4)))
    return buffers.count - 1
  }

  /// Whether a buffer holds the same in every run with the same parameters.
  func isSetup(_ buffer: BufferID) -> Bool {
    switch buffers[buffer].home {
    case .constants: true
    case .parameter: keepsParameters
    case .arena, .pinned: setupBuffers.contains(buffer)
    }
  }

  /// Keeps a buffer's contents to the end of the run.
  func pin(_ buffer: BufferID) {
    if case .arena = buffers[buffer].home { buffers[buffer].home = .pinned }
  }

  func constant(_ bytes: [UInt8]) -> BufferID {
    if let known = knownConstants[bytes] { return known }
    let padding = (128 - constants.count % 128) % 128
    constants += [UInt8](repeating: 0, count: padding)
    buffers.append(VirtualBuffer(home: .constants(offset: constants.count), byteCount: bytes.count))
    constants += bytes
    knownConstants[bytes] = buffers.count - 1
    return buffers.count - 1
  }

  func emit(_ launch: PendingLaunch) {
    guard launch.work.global.allSatisfy({ $0 > 0 }) else { return }
    var launch = launch
    launch.purpose = purposes.next(counts: launch.countsWork)
    (launch.tunable, tunable) = (tunable, nil)
    if isSettingUp {
      setup.append(.launch(launch))
    } else {
      frames[frames.count - 1].append(.launch(launch))
    }
  }

  /// Runs `body` with launches going to the setup when `isSetup` holds.
  func settingUp<Result>(_ isSetup: Bool, _ body: () -> Result) -> Result {
    let outer = isSettingUp
    let wasPreparing = purposes.isPreparing
    isSettingUp = outer || (isSetup && options.contains(.setupHoisting))
    purposes.isPreparing = true
    defer { (isSettingUp, purposes.isPreparing) = (outer, wasPreparing) }
    return body()
  }

  /// What `pack` makes of weights; where those stay the same, it is made once for all who ask with the same arguments.
  func packed(
    by kernel: String, _ weights: BufferID, _ integers: [Int], _ pack: () -> BufferID
  ) -> BufferID {
    guard isSetup(weights), options.contains(.setupHoisting) else { return pack() }
    let key = Packing(kernel: kernel, weights: weights, integers: integers)
    if let known = packings[key] { return known }
    let made = settingUp(true, pack)
    packings[key] = made
    return made
  }

  func openLoop() { frames.append(StepFrame()) }

  func closeLoop(count: Int) {
    let body = frames.removeLast().steps
    if !body.isEmpty { frames[frames.count - 1].append(.loop(count: count, body)) }
  }

  /// The number of open loops.
  var depth: Int { frames.count - 1 }

  func parameter(_ name: String, _ type: TensorType) -> BufferID {
    parameters.append((name, type))
    parameterBuffers[name] = buffers.count
    buffers.append(VirtualBuffer(home: .parameter(parameters.count - 1), byteCount: max(type.byteCount, 4)))
    return buffers.count - 1
  }

  /// The buffer of the parameter with this name.
  func parameterBuffer(_ name: String) -> BufferID? { parameterBuffers[name] }

  // MARK: Storing values

  /// A buffer that holds `value` dense in `layout`.
  func stored(_ value: Lowered, _ layout: Layout) -> BufferID {
    if let buffer = value.denseBuffer(layout) { return buffer }
    guard frames.count == 1 else { return convert(value, layout) }
    let key = Conversion(root: value.root, shape: value.physical, layout: layout)
    // What a run converted is not there yet when the setup reads it.
    if let known = conversions[key], !isSettingUp || isSetup(known) { return known }
    let sources = value.root.leaves.compactMap { $0.memory?.buffer }
    let isFixed = !sources.isEmpty && sources.allSatisfy { isSetup($0) }
    let buffer = isFixed ? settingUp(true) { convert(value, layout) } : convert(value, layout)
    conversions[key] = buffer
    return buffer
  }

  /// Where `value` lies in memory, in its dense order of axes; it is computed first if it lies nowhere.
  func strided(_ value: Lowered) -> (buffer: BufferID, view: StridedView) {
    if value.layout == .dense, let (buffer, element, view) = value.root.memory,
      element == StoredElement(value.type.element)
    {
      return (buffer, view)
    }
    return (stored(value, .dense), StridedView(dense: value.type.shape))
  }

  private func convert(_ value: Lowered, _ layout: Layout) -> BufferID {
    let wasStoring = purposes.isStoring
    purposes.isStoring = true
    defer { purposes.isStoring = wasStoring }
    let element = StoredElement(value.type.element)
    let count = layout.physical(value.type.shape).count
    if case .blocked = value.layout, case .blocked = layout, value.layout != layout {
      return stored(.stored(value.type, in: stored(value, .dense)), layout)
    }
    if element.byteCount(1) != 4, !value.layout.sharesPlaces(with: layout) {
      return repackNarrow(value, layout, element, count)
    }
    switch (value.layout, layout) {
    case (.dense, .blocked) where !layout.isExact:
      return repack("pack_blocked", stored(value, .dense), value.type.shape, element.byteCount(count))
    case (.blocked, .dense) where !value.layout.isExact:
      return repack("unpack_blocked", stored(value, value.layout), value.type.shape, element.byteCount(count))
    default:
      let buffer = allocate(element.byteCount(count))
      compute(value, into: buffer, element, layout)
      return buffer
    }
  }

  /// The packing kernels move words, so narrower elements are widened for them.
  private func repackNarrow(
    _ value: Lowered, _ layout: Layout, _ element: StoredElement, _ count: Int
  ) -> BufferID {
    let words = TensorType(value.type.shape, .int32)
    let wide = Lowered(words, Term(.apply(.copy, [value.root]), .int32), layout: value.layout)
    let moved = Lowered.stored(words, in: stored(wide, layout), layout: layout)
    let buffer = allocate(element.byteCount(count))
    let root = Term(.apply(.copy, [moved.root]), value.type.element)
    compute(Lowered(value.type, root, layout: layout), into: buffer, element, layout)
    return buffer
  }

  private func repack(_ kernel: String, _ source: BufferID, _ shape: Shape, _ byteCount: Int) -> BufferID {
    let target = allocate(byteCount)
    let blocks = (shape[1] + Layout.lanes - 1) / Layout.lanes
    let pixels = shape[2] * shape[3]
    emit(
      PendingLaunch(
        kernel: kernel, buffers: [source, target], integers: [Int32(shape[1]), Int32(pixels)],
        work: .items(shape[0] * blocks * ((pixels + 255) / 256))))
    return target
  }

  /// Computes `value` into a buffer, dense in `layout`.
  func compute(_ value: Lowered, into buffer: BufferID, _ element: StoredElement, _ layout: Layout) {
    // A map would move the padding of blocks as if it were elements; the packing kernels leave it out.
    guard value.layout.sharesPlaces(with: layout) else {
      let moved = Lowered.stored(value.type, in: stored(value, layout), layout: layout)
      return compute(moved, into: buffer, element, layout)
    }
    let aligned = aligned(value, layout)
    let target = StridedView(dense: layout.physical(value.type.shape))
    let view =
      layout == .dense && value.layout != .dense
      ? StridedView(dense: aligned.shape) : target
    store([.init(term: aligned.root, buffer: buffer, element: element, view: view)], over: aligned.shape)
  }

  /// The term of `value` iterated in the order of `layout`, and the extents of that iteration.
  private func aligned(_ value: Lowered, _ layout: Layout) -> (root: Term, shape: Shape) {
    switch (value.layout, layout) {
    case (.blocked, .dense):
      let root = value.root.mapViews { $0.unblocked() } ?? value.root
      return (root, StridedView(dense: value.physical).unblocked().shape)
    case (.dense, .blocked(let channels)):
      let root = value.root.mapViews { $0.blocked(channels: channels) } ?? value.root
      return (root, layout.physical(value.type.shape))
    default: return (value.root, value.physical)
    }
  }

  /// Emits the map launch that writes terms to their destinations.
  func store(_ outputs: [MapProgramBuilder.Destination], over shape: Shape) {
    guard shape.count > 0 else { return }
    var builder = MapProgramBuilder()
    guard let program = builder.build(outputs, over: shape) else {
      preconditionFailure("terms are kept small enough for a program when they are made")
    }
    emit(
      mapLaunch(
        "map", builder, program, items: (program.count + MapProgram.Limit.chunk - 1) / MapProgram.Limit.chunk)
    )
  }

  /// The buffer that holds a program's words.
  func words(of program: MapProgram) -> BufferID { constant(program.words.flatMap { withBytes($0) }) }

  /// A launch of the program interpreter; sources and destinations the program does not use repeat a used one.
  func mapLaunch(
    _ kernel: String, _ builder: MapProgramBuilder, _ program: MapProgram, items: Int,
    _ integers: [Int32] = []
  ) -> PendingLaunch {
    if family == .gpu {
      // The program becomes a kernel of its own, which has as many pointers as it needs.
      return PendingLaunch(
        kernel: kernel, buffers: builder.sources + builder.destinations, integers: [Int32(program.count)],
        work: .chunks(of: program.count, cpu: 1, in: .gpu), program: program)
    }
    let destination = builder.destinations.first ?? 0
    let sources =
      builder.sources
      + Array(
        repeating: builder.sources.first ?? destination,
        count: MapProgram.Limit.sources - builder.sources.count)
    let destinations =
      builder.destinations
      + Array(
        repeating: destination, count: MapProgram.Limit.results - builder.destinations.count)
    let words = words(of: program)
    return PendingLaunch(
      kernel: kernel, buffers: sources + destinations + [words], scratchBytes: MapProgram.Limit.scratchBytes,
      integers: integers, work: .items(items), program: program)
  }
}

/// The bytes of a word in the machine's order.
func withBytes(_ word: Int32) -> [UInt8] {
  let bits = UInt32(bitPattern: word).littleEndian
  return [
    UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8),
    UInt8(truncatingIfNeeded: bits >> 16),
    UInt8(truncatingIfNeeded: bits >> 24),
  ]
}
