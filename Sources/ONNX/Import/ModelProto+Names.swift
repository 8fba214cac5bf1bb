internal import Foundation

extension ModelProto {
  /// Gives every value a name that is its own.
  ///
  /// ONNX compares names as bytes, Swift by what they show: two ways to write "é" are equal here and not there. And names in
  /// subgraphs may occur in another subgraph once more. Names that would clash get a number behind them.
  mutating func prepareNames() {
    separateEquivalentNames()
    var taken = NamePool(graph.definitions)
    graph.separateSubgraphs(&taken)
    for index in functions.indices {
      var taken = NamePool(functions[index].input + functions[index].node.flatMap(\.output))
      for node in functions[index].node.indices {
        functions[index].node[node].separateSubgraphs(&taken, [:])
      }
    }
  }

  private mutating func separateEquivalentNames() {
    var all: [String] = []
    graph.visitNames { all.append($0) }
    for function in functions {
      all += function.input + function.output
      for node in function.node { node.visitNames { all.append($0) } }
    }
    let names = EquivalentNames(all.filter { $0.utf8.contains { $0 >= 0x80 } })
    guard !names.renamed.isEmpty else { return }
    graph.renameDeeply { names[$0] }
    for index in functions.indices {
      functions[index].input = functions[index].input.map { names[$0] }
      functions[index].output = functions[index].output.map { names[$0] }
      for node in functions[index].node.indices { functions[index].node[node].renameDeeply { names[$0] } }
    }
  }
}

/// Names that are in use, and others beside them.
private struct NamePool {
  private var taken: Set<String>
  /// The number that a name gets next, so that names which occur often cost no more than others.
  private var numbers: [String: Int] = [:]

  init(_ names: [String] = []) { taken = Set(names) }

  /// The name, with a number behind it where it is taken; it is in use from then on.
  mutating func unused(_ name: String) -> String {
    if taken.insert(name).inserted { return name }
    while true {
      let number = numbers[name, default: 2]
      numbers[name] = number + 1
      let other = "\(name) (\(number))"
      if taken.insert(other).inserted { return other }
    }
  }
}

/// Names that are equal in Swift and differ in bytes.
private struct EquivalentNames {
  /// The new name of each but the first of those that are equal.
  private(set) var renamed: [[UInt8]: String] = [:]

  init(_ names: [String]) {
    var pool = NamePool(names)
    var first: [String: [UInt8]] = [:]
    for name in names {
      let own = Array(name.utf8)
      if first[name, default: own] != own, renamed[own] == nil { renamed[own] = pool.unused(name) }
      first[name] = first[name] ?? own
    }
  }

  subscript(name: String) -> String { renamed[Array(name.utf8)] ?? name }
}

extension GraphProto {
  /// The names that the graph itself gives values.
  var definitions: [String] { input.map(\.name) + initializer.map(\.name) + node.flatMap(\.output) }

  /// Renames what the graph takes, stores and gives; its nodes stay as they are.
  mutating func rename(_ name: (String) -> String) {
    for index in input.indices { input[index].name = name(input[index].name) }
    for index in output.indices { output[index].name = name(output[index].name) }
    for index in initializer.indices { initializer[index].name = name(initializer[index].name) }
  }

  fileprivate mutating func renameDeeply(_ name: (String) -> String) {
    rename(name)
    for index in node.indices { node[index].renameDeeply(name) }
  }

  fileprivate func visitNames(_ visit: (String) -> Void) {
    (input.map(\.name) + output.map(\.name) + initializer.map(\.name)).forEach(visit)
    for node in node { node.visitNames(visit) }
  }

  fileprivate mutating func separateSubgraphs(_ taken: inout NamePool) {
    for index in node.indices { node[index].separateSubgraphs(&taken, [:]) }
  }

  /// Makes the names of this subgraph its own, and nodes of its stored values.
  fileprivate mutating func separate(_ taken: inout NamePool, _ outer: [String: String]) {
    var names = outer
    for local in definitions where !local.isEmpty {
      names[local] = taken.unused(local)
    }
    rename { names[$0] ?? $0 }
    node = initializer.map(NodeProto.init(constant:)) + node
    initializer = []
    for index in node.indices {
      node[index].input = node[index].input.map { names[$0] ?? $0 }
      node[index].output = node[index].output.map { names[$0] ?? $0 }
      node[index].separateSubgraphs(&taken, names)
    }
  }
}

extension NodeProto {
  /// A node that gives a stored value, under its name.
  fileprivate init(constant tensor: TensorProto) {
    self.init()
    opType = "Constant"
    name = tensor.name
    output = [tensor.name]
    var value = AttributeProto()
    (value.name, value.type, value.t) = ("value", .tensor, tensor)
    attribute = [value]
  }

  fileprivate mutating func separateSubgraphs(_ taken: inout NamePool, _ outer: [String: String]) {
    for index in attribute.indices where attribute[index].hasG { attribute[index].g.separate(&taken, outer) }
  }

  fileprivate mutating func renameDeeply(_ name: (String) -> String) {
    input = input.map(name)
    output = output.map(name)
    for index in attribute.indices where attribute[index].hasG { attribute[index].g.renameDeeply(name) }
  }

  fileprivate func visitNames(_ visit: (String) -> Void) {
    (input + output).forEach(visit)
    for attribute in attribute where attribute.hasG { attribute.g.visitNames(visit) }
  }
}
