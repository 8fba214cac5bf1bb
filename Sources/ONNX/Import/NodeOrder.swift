internal import ArrayFiles

/// Finds an order in which nodes can be computed, and what keeps them from having one.
struct NodeOrder {
  private let nodes: [ImportedNode]
  private let given: [String]
  private let path: String

  init(_ nodes: [ImportedNode], given: [String], path: String) {
    self.nodes = nodes
    self.given = given
    self.path = path
  }

  /// The nodes, each after those it depends on, and otherwise as they stand in the file.
  func sorted() throws(FileError) -> [ImportedNode] {
    let producers = try producers()
    var waiting = [Int](repeating: 0, count: nodes.count)
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.dependencies where !input.isEmpty {
        guard let producer = producers[input] else {
          throw FileError(path, at: node.place, "it reads '\(input)', which nothing gives")
        }
        guard let producer else { continue }
        waiting[index] += 1
        readers[producer].append(index)
      }
    }
    var order = nodes.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < order.count {
      for reader in readers[order[next]] {
        waiting[reader] -= 1
        if waiting[reader] == 0 { order.append(reader) }
      }
      next += 1
    }
    guard order.count == nodes.count else { throw cycle(waiting, producers) }
    return isSorted(producers) ? nodes : order.map { nodes[$0] }
  }

  /// Checks that something gives every output.
  func check(outputs: [String]) throws(FileError) {
    let known = Set(given).union(nodes.flatMap(\.outputs))
    for name in outputs where !known.contains(name) {
      throw FileError(path, at: "output '\(name)'", "nothing gives it; the file may be cut short")
    }
    guard Set(outputs).count == outputs.count else { throw FileError(path, "two outputs have the same name") }
  }

  /// For each value, the node that gives it; nil for those that are given from outside.
  private func producers() throws(FileError) -> [String: Int?] {
    var producers: [String: Int?] = [:]
    for name in given where producers.updateValue(nil, forKey: name) != nil {
      throw FileError(path, at: "input '\(name)'", "another value has the same name")
    }
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        guard producers.updateValue(index, forKey: output) == nil else {
          throw FileError(path, at: node.place, "it gives '\(output)', which is given already")
        }
      }
    }
    return producers
  }

  private func isSorted(_ producers: [String: Int?]) -> Bool {
    nodes.enumerated().allSatisfy { index, node in
      node.dependencies.allSatisfy { (producers[$0] ?? nil).map { $0 < index } ?? true }
    }
  }

  /// The nodes of one cycle, found by walking back from one that waits to one that it waits for.
  private func cycle(_ waiting: [Int], _ producers: [String: Int?]) -> FileError {
    var walked: [Int] = []
    var seen: [Int: Int] = [:]
    var current = waiting.firstIndex { $0 > 0 } ?? 0
    while seen[current] == nil {
      seen[current] = walked.count
      walked.append(current)
      let sources = nodes[current].dependencies.compactMap { producers[$0] ?? nil }
      guard let next = sources.first(where: { waiting[$0] > 0 }) else { break }
      current = next
    }
    let members = walked[(seen[current] ?? 0)...].prefix(8).reversed().map { "'\(nodes[$0].name)'" }
    return FileError(path, "nodes depend on each other in a cycle: " + members.joined(separator: ", "))
  }
}
