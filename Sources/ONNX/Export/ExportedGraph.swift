import Compute
import Networks

extension OpenGraph {
  /// For each step that must be written, how: from the outputs back, patterns first.
  func matches() throws -> [Match?] {
    var isNeeded = [Bool](repeating: false, count: steps.count)
    for output in outputs { isNeeded[output] = true }
    var matches = [Match?](repeating: nil, count: steps.count)
    for id in steps.indices.reversed() where isNeeded[id] {
      let match = try Pattern.match(self, id) ?? translation(of: id)
      for operand in match.operands { isNeeded[operand] = true }
      matches[id] = match
    }
    return matches
  }

  /// The graph of a file for `model`, whose computation this is.
  func written(_ model: Model, named name: String) throws -> GraphProto {
    let ports = (model.inputs + model.outputs).map(\.name)
    let parameters = model.parameters.map(\.name)
    let reserved = Set(ports + parameters)
    guard reserved.count == ports.count + parameters.count, !reserved.contains("") else {
      throw ExportError(
        "inputs, outputs and parameters need names that differ from each other and are not empty")
    }
    var writer = GraphWriter(reserved: reserved, sampleAxis: model.sampleAxis)
    writer.parameters = Set(parameters)
    for parameter in model.parameters { writer.keep(parameter.value, as: parameter.name) }
    try write(model.outputs.map(\.name), to: &writer)
    var graph = GraphProto()
    graph.name = name
    graph.input = model.inputs.map { ValueInfoProto($0.name, OpenType($0)) }
    graph.output = zip(model.outputs, outputs).map { ValueInfoProto($0.name, type($1)) }
    graph.node = writer.nodes
    graph.initializer = writer.initializers
    return graph
  }

  /// Adds the nodes, in the order of the trace.
  private func write(_ outputNames: [String], to writer: inout GraphWriter) throws {
    guard outputNames.count == outputs.count else {
      throw ExportError("the model names \(outputNames.count) outputs but computes \(outputs.count)")
    }
    var values = [String](repeating: "", count: steps.count)
    let matches = try matches()
    for (id, match) in matches.enumerated() {
      guard let match else { continue }
      let before = writer.nodes.count
      values[id] = match.write(&writer, match.operands.map { values[$0] })
      var isFresh = writer.nodes.count > before
      for (output, name) in zip(outputs, outputNames) where output == id {
        writer.publish(values[id], as: name, isFresh: isFresh)
        if isFresh { values[id] = name }
        isFresh = false
      }
    }
  }
}

extension Model {
  /// An input and its axis along which samples are counted, if their number is open.
  var sampleAxis: (input: String, axis: Int)? {
    for input in inputs {
      if let axis = input.extents.firstIndex(of: nil) { return (input.name, axis) }
    }
    return nil
  }
}

extension OpenType {
  init(_ port: Model.Port) {
    self.init(port.extents.map { $0.map { Extent($0) } ?? .batch }, port.element)
  }
}
