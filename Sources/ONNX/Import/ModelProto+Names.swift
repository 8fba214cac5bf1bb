internal import Foundation

extension ModelProto {
  /// Gives every value a name that is its own.
  ///
  /// ONNX compares names as bytes, Swift by what they show: two ways to write "é" are equal here and not there. And names in
  /// subgraphs may occur in another subgraph once more. Names that would clash get a number behind them.
  mutating func prepareNames() {
    separateEquivalentNames()
    var taken = Set(graph.definitions)
    graph.separateSubgraphs(&taken)
    for index in functions.indices {
      var taken = Set(functions[index].input + functions[index].node.flatMap(\.output))
      for node in functions[index].node.indices {
        functions[index].node[node].separateSubgraphs(&taken, [:])
      }
    }
  }

  private mutating func separateEquivalentNames() {
    var names = EquivalentNames()
    graph.visitNames { names.insert($0) }
    for function in functions {
      (function.input + function.output).forEach { names.insert($0) }
      function.node.forEach { $0.visitNames { names.insert($0) } }
    }
    guard !names.renamed.isEmpty else { return }
    graph.renameDeeply { names[$0] }
    for index in functions.indices {
      functions[index].input = functions[index].input.map { names[$0] }
      functions[index].output = functions[index].output.map { names[$0] }
      for node in functions[index].node.indices { functions[index].node[node].renameDeeply { names[$0] } }
    }
  }
}

/// Names that are equal in Swift and differ in bytes.
private struct EquivalentNames {
  private var bytes: [String: [UInt8]] = [:]
  private(set) var renamed: [[UInt8]: String] = [:]

  mutating func insert(_ name: String) {
    guard name.utf8.contains(where: { $0 >= 0x80 }) else { return }
    let own = Array(name.utf8)
    guard let first = bytes[name] else {
      bytes[name] = own
      return
    }
    guard first != own, renamed[own] == nil else { return }
    var number = 2
    while bytes["\(name) (\(number))"] != nil { number += 1 }
    let other = "\(name) (\(number))"
    bytes[other] = Array(other.utf8)
    renamed[own] = other
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
    node.forEach { $0.visitNames(visit) }
  }

  fileprivate mutating func separateSubgraphs(_ taken: inout Set<String>) {
    for index in node.indices { node[index].separateSubgraphs(&taken, [:]) }
  }

  /// Makes the names of this subgraph its own, and nodes of its stored values.
  fileprivate mutating func separate(_ taken: inout Set<String>, _ outer: [String: String]) {
    var names = outer
    for local in definitions where !local.isEmpty {
      var own = local
      var number = 2
      while !taken.insert(own).inserted {
        own = "\(local) (\(number))"
        number += 1
      }
      names[local] = own
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

  fileprivate mutating func separateSubgraphs(_ taken: inout Set<String>, _ outer: [String: String]) {
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
