/// What a graph computes apart from how many samples it has, to find out whether it computes something else for another
/// number of them.
///
/// A model can ask for the number of its samples: it divides by it, repeats a step as often, or takes a branch. Each of
/// the graphs keeps its samples apart, and what it gives for one still depends on how many there are. Most models that
/// ask put the number into shapes, which are no nodes.
package struct SampleStructure: Sendable {
  private enum Item: Hashable {
    case input
    case operation(String)
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
    case .operation(let operation as Elementwise): items.append(.operation(operation.attributes))
    case .operation(let operation): items.append(.operation(type(of: operation).name))
    case .loop: items.append(.operation("loop"))
    case .result(let index): items.append(.operation("result \(index)"))
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
    if case .elements(let s, _) = a, case .elements(let t, _) = b, s != t { return true }
    return a == b
  }
}
