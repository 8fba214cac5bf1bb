extension Plan {
  /// A launch and how often a run makes it.
  public struct CountedLaunch: Sendable {
    /// The launch.
    public let launch: Launch
    /// The product of the counts of the loops around it.
    public let count: Int
  }

  /// The launches of these steps in order, those of a loop's body once each.
  public func launches(of steps: LaunchedSteps) -> [CountedLaunch] {
    switch steps {
    case .setup: Plan.flattened(setup, 1)
    case .run: Plan.flattened(self.steps, 1)
    }
  }

  private static func flattened(_ steps: [Step], _ times: Int) -> [CountedLaunch] {
    steps.flatMap { step -> [CountedLaunch] in
      switch step {
      case .launch(let launch): [CountedLaunch(launch: launch, count: times)]
      case .loop(let count, let body): flattened(body, times * count)
      }
    }
  }
}

extension Plan.Launch: Hashable {
  /// Whether a device does the same for both; what they are for does not matter.
  public static func == (a: Plan.Launch, b: Plan.Launch) -> Bool {
    a.kernel == b.kernel && a.buffers == b.buffers && a.scratchBytes == b.scratchBytes
      && a.integers == b.integers && a.floats == b.floats && a.work == b.work && a.program == b.program
  }

  /// Feeds what a device does to `hasher`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kernel)
    hasher.combine(buffers)
    hasher.combine(integers)
    hasher.combine(floats)
    hasher.combine(work)
    hasher.combine(program)
  }
}

extension Plan.Launch {
  /// Bytes that it has to read or write at least: every buffer once, and of a map the elements that it touches.
  ///
  /// A kernel that looks elements up by index counts with the whole of what it could look up.
  public var minimumBytes: Int {
    guard let program, program.fold == nil else {
      return Set(buffers).reduce(0) { $0 + $1.count }
    }
    let results = program.firstDestination(of: buffers.count)
    var (reads, writes): ([Plan.Range: Int], [Plan.Range: Int]) = ([:], [:])
    for operand in program.operands where operand.element != .index {
      reads[buffers[operand.source], default: 0] += program.byteCount(operand.element, operand.strides)
    }
    for result in program.results {
      let range = buffers[results + result.destination]
      writes[range, default: 0] += program.byteCount(result.element, result.strides)
    }
    // Views that overlap read no more than there is.
    return (Array(reads) + Array(writes)).reduce(0) { $0 + min($1.key.count, $1.value) }
  }
}

extension MapProgram {
  /// Where the destinations begin among the buffers of a launch: in the CPU family behind as many sources as there can
  /// be, else behind those that there are.
  fileprivate func firstDestination(of bufferCount: Int) -> Int {
    let isPadded = bufferCount > Limit.sources + Limit.results
    return isPadded ? Limit.sources : 1 + (operands.filter { $0.element != .index }.map(\.source).max() ?? -1)
  }

  /// Bytes of the elements that a view with these strides reaches, repeated ones once.
  fileprivate func byteCount(_ element: StoredElement, _ strides: [Int]) -> Int {
    element.byteCount(zip(extents, strides).reduce(1) { $1.1 == 0 ? $0 : $0 * $1.0 })
  }
}
