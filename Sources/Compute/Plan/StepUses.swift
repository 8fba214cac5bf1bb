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
