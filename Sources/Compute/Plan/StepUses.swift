/// Which steps of a list use each buffer, kept while the list grows.
struct StepUses {
  private var places: [BufferID: [Int]] = [:]
  private var count = 0

  init(_ steps: [PendingStep]) {
    for step in steps { append(step) }
  }

  /// Takes note of a further step.
  mutating func append(_ step: PendingStep) {
    visit(step)
    count += 1
  }

  private mutating func visit(_ step: PendingStep) {
    switch step {
    case .launch(let launch):
      for buffer in launch.buffers where places[buffer]?.last != count {
        places[buffer, default: []].append(count)
      }
    case .loop(_, let body): for inner in body { visit(inner) }
    }
  }

  /// The steps that use a buffer, in order.
  subscript(buffer: BufferID) -> [Int] { places[buffer] ?? [] }

  /// Takes note that steps that used `source` use `target` instead.
  mutating func replace(_ source: BufferID, by target: BufferID) {
    let moved = places.removeValue(forKey: source) ?? []
    places[target] = Set(self[target] + moved).sorted()
  }
}

/// The steps of a run, or those of a loop that is open.
struct StepFrame {
  private(set) var steps: [PendingStep] = []
  /// Which steps use what; known once somebody has asked.
  private var known: StepUses?

  mutating func append(_ step: PendingStep) {
    steps.append(step)
    known?.append(step)
  }

  /// The steps that use a buffer, in order.
  mutating func uses(of buffer: BufferID) -> [Int] {
    if known == nil { known = StepUses(steps) }
    return known?[buffer] ?? []
  }

  /// The launches that use a buffer, in order; nil where a loop among the steps uses it.
  mutating func launches(using buffer: BufferID) -> [(place: Int, launch: PendingLaunch)]? {
    var found: [(place: Int, launch: PendingLaunch)] = []
    for place in uses(of: buffer) {
      guard case .launch(let launch) = steps[place] else { return nil }
      found.append((place, launch))
    }
    return found
  }

  /// Makes the launches that use `source` use `target` in its place.
  mutating func replace(_ source: BufferID, by target: BufferID) {
    for (place, launch) in launches(using: source) ?? [] {
      var launch = launch
      launch.buffers = launch.buffers.map { $0 == source ? target : $0 }
      steps[place] = .launch(launch)
    }
    known?.replace(source, by: target)
  }
}
