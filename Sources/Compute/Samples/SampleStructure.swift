/// What a graph computes apart from how many samples it has, to find out whether it computes something else for another
/// number of them.
///
/// A model can ask for the number of its samples: it divides by it, repeats a step as often, or takes a branch. Each of
/// the graphs keeps its samples apart, and what it gives for one still depends on how many there are. Most models that
/// ask put the number into shapes, which are no nodes.
package struct SampleStructure: Sendable {
  private enum Item: Sendable {
    case input
    case operation(any Operation)
    case loop
    case result(Int)
    case splat(UInt64)
    case elements(TensorType, Int)
  }

  private var items: [Item] = []
  private var inputs: [[NodeID]] = []
  private var places: [(name: String, start: Int)] = []

  /// Begins with nothing.
  package init() {}

  mutating func begin(_ place: String) { places.append((place, items.count)) }

  mutating func append(_ node: Node) {
    inputs.append(node.inputs)
    switch node.kind {
    case .input: items.append(.input)
    case .constant(.splat(let value, _)): items.append(.splat(value.bitPattern))
    case .constant(.elements(let array)): items.append(.elements(array.type, array.hashValue))
    case .operation(let operation): items.append(.operation(operation))
    case .loop: items.append(.loop)
    case .result(let index): items.append(.result(index))
    }
  }

  /// Leaves out what the outputs do not depend on, such as numbers that became part of a shape.
  mutating func end(with outputs: [NodeID]) {
    var isNeeded = [Bool](repeating: false, count: items.count)
    for output in outputs { isNeeded[output] = true }
    for id in items.indices.reversed() where isNeeded[id] {
      for input in inputs[id] { isNeeded[input] = true }
    }
    var numbers: [Int] = []
    numbers.reserveCapacity(items.count + 1)
    var count = 0
    for needed in isNeeded {
      numbers.append(count)
      if needed { count += 1 }
    }
    numbers.append(count)
    places = places.map { ($0.name, numbers[$0.start]) }
    let kept = items.indices.filter { isNeeded[$0] }
    inputs = kept.map { inputs[$0].map { numbers[$0] } }
    items = kept.map { items[$0] }
  }

  /// Where another number of samples makes another computation, or nil where only extents differ.
  ///
  /// Arrays of other types are taken to count samples, as the numbers of samples 0, 1, 2, ... do.
  package func difference(from other: SampleStructure) -> String? {
    let count = min(items.count, other.items.count)
    let place = (0..<count).first { !agree(items[$0], other.items[$0]) || inputs[$0] != other.inputs[$0] }
    guard let place = place ?? (items.count == other.items.count ? nil : count) else { return nil }
    let longer = items.count < other.items.count ? other : self
    return longer.places.last { $0.start <= place }?.name ?? ""
  }

  private func agree(_ a: Item, _ b: Item) -> Bool {
    switch (a, b) {
    case (.input, .input), (.loop, .loop): true
    case (.operation(let f), .operation(let g)): agree(f, g)
    case (.result(let i), .result(let j)): i == j
    case (.splat(let x), .splat(let y)): x == y
    case (.elements(let s, let x), .elements(let t, let y)): s != t || x == y
    default: false
    }
  }

  /// What of an operation follows from the shapes of values, and so from how many samples there are.
  private static let extents: Set<String> = ["shape", "type", "extents", "extent", "starts", "groups"]

  private func agree(_ f: any Operation, _ g: any Operation) -> Bool {
    if f.isEqual(g) { return true }
    guard type(of: f) == type(of: g) else { return false }
    return Self.lasting(f) == Self.lasting(g)
  }

  /// The parameters of an operation without its extents.
  private static func lasting(_ operation: any Operation) -> [String] {
    Mirror(reflecting: operation).children.flatMap { child -> [String] in
      guard let label = child.label, !extents.contains(label) else { return [] }
      guard let geometry = child.value as? ConvolutionGeometry else { return ["\(label): \(child.value)"] }
      var ungrouped = geometry
      ungrouped.groups = 1
      return ["\(label): \(ungrouped)"]
    }
  }
}
