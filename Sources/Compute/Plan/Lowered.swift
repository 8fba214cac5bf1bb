/// What planning knows of a value: its type, how its axes are stored, and the term that gives an element.
struct Lowered {
  let type: TensorType
  let layout: Layout
  let root: Term

  init(_ type: TensorType, _ root: Term, layout: Layout = .dense) {
    self.type = type
    self.layout = layout
    self.root = root
  }

  /// The extents that terms iterate over.
  var physical: Shape { layout.physical(type.shape) }

  /// Where the elements would lie in the dense order, from the order in which terms iterate over them; nil where
  /// padding lies between.
  var viewOfDense: StridedView? {
    guard layout.isExact else { return nil }
    let dense = StridedView(dense: type.shape)
    if case .blocked(let channels) = layout { return dense.blocked(channels: channels) }
    return dense
  }

  /// A value that lies dense in a buffer.
  static func stored(
    _ type: TensorType, in buffer: BufferID, layout: Layout = .dense, as element: StoredElement? = nil
  ) -> Lowered {
    let stored = element ?? StoredElement(type.element)
    let view = StridedView(dense: layout.physical(type.shape))
    return Lowered(type, Term(.memory(buffer, stored, view), type.element), layout: layout)
  }

  /// The buffer, if the whole value lies in it from the start, dense, one element for one.
  func denseBuffer(_ wanted: Layout) -> BufferID? {
    guard layout == wanted, let (buffer, element, view) = root.memory, element == StoredElement(type.element)
    else {
      return nil
    }
    return view.isDense && view.offset == 0 && view.shape == physical ? buffer : nil
  }
}

/// A buffer a plan uses.
struct VirtualBuffer {
  enum Home {
    case arena
    /// In the arena from the first step to the last: inputs, outputs, results of the setup.
    case pinned
    case constants(offset: Int)
    case parameter(Int)
  }

  var home: Home
  let byteCount: Int
}

/// A launch before its buffers have addresses.
struct PendingLaunch {
  let kernel: String
  var buffers: [BufferID]
  var scratchBytes = 0
  var integers: [Int32] = []
  var floats: [Float] = []
  let work: Plan.Work
  var program: MapProgram?
  /// Whether the result may be the first buffer: every element is read there before it is written.
  var isInPlace = false
  /// Whether it may stand for the operation's multiply-adds.
  var countsWork = false
  /// What it is for; filled in when it is emitted.
  var purpose = LaunchPurpose.moving("")
  /// What its parameters were chosen among; filled in when it is emitted.
  var tunable: TunableLaunch?
}

/// A step before its buffers have addresses.
indirect enum PendingStep {
  case launch(PendingLaunch)
  case loop(count: Int, [PendingStep])
}
