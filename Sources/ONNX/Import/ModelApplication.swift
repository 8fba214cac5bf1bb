internal import ArrayFiles
internal import Compute
internal import Networks

/// Applies an imported graph to tensors: checks their types, and maps over samples where the file has a batch of one.
struct ModelApplication: Sendable {
  let inputs: [Model.Port]
  let outputs: [Model.Port]
  private let graph: ImportedGraph
  private let path: String
  private let parameters: Set<String>
  private let given: [String: StoredArray]
  private let batch: BatchRule

  init(
    _ graph: ImportedGraph, path: String, parameters: Set<String>, given: [String: StoredArray]
  ) throws {
    self.graph = graph
    self.path = path
    self.parameters = parameters
    self.given = given
    let batch = BatchRule(inputs: graph.inputs, outputs: graph.outputs)
    self.batch = batch
    let stored = batch == .any ? graph.storedSampleCount : nil
    inputs = try graph.inputs.map { port in
      guard let extents = port.extents else {
        throw FileError(path, at: "input '\(port.name)'", "the model does not say how many axes it has")
      }
      let open = batch.open(extents)
      let whole = open.first == .some(nil) && stored != nil ? [stored] + open.dropFirst() : open
      return Model.Port(port.name, whole, port.element.traced)
    }
    outputs = graph.outputs.map { Model.Port($0.name, batch.open($0.extents ?? []), $0.element.traced) }
  }

  /// The outputs with extents that were found out where the file declares none.
  func outputs(_ found: OutputShapes) -> [Model.Port] {
    guard let found = found.extents, found.count == outputs.count else { return outputs }
    return zip(outputs, found).map { port, extents in
      let declared = port.extents.count == extents.count ? port.extents : extents.map { _ in nil }
      return Model.Port(port.name, zip(declared, extents).map { $0 ?? $1 }, port.element)
    }
  }

  /// The outputs for `inputs`.
  func callAsFunction(_ inputs: [Tensor], _ parameters: NetworkScope) throws -> [Tensor] {
    // What went wrong before is not this model's.
    if let failure = parameters.graph.takeFailure() { throw failure }
    try check(inputs)
    switch batch {
    case .one where !declaredExtentsHold(inputs): return try mapped(inputs, parameters)
    case .any: return try withFallback(inputs, parameters)
    case .one, .none: return try traced(inputs, parameters)
    }
  }

  private func traced(_ inputs: [Tensor], _ parameters: NetworkScope) throws -> [Tensor] {
    let context = RandomContext(
      samples: batch == .none ? nil : inputs.first?.shape.extents.first, fresh: parameters.freshRandomness())
    var trace = GraphTracer(
      graph, path: path, scope: parameters.graph, given: given, context: context
    ) { name in
      self.parameters.contains(name) ? parameters.parameter(name) : nil
    }
    return try trace(inputs)
  }

  /// The model applied to a batch, or sample by sample where a node has the batch of one built in.
  private func withFallback(
    _ inputs: [Tensor], _ parameters: NetworkScope
  ) throws -> [Tensor] {
    let count = inputs[0].shape[0]
    do {
      let outputs = try traced(inputs, parameters)
      if count == 1 || outputs.allSatisfy({ $0.shape.extents.first == count }) { return outputs }
      return (try? mapped(inputs, parameters)) ?? outputs
    } catch {
      guard count > 1, let outputs = try? mapped(inputs, parameters) else { throw error }
      return outputs
    }
  }

  /// The model applied to each sample with an axis of 1, all in one computation.
  private func mapped(_ inputs: [Tensor], _ parameters: NetworkScope) throws -> [Tensor] {
    var failure: (any Error)?
    let map = vmap { (members: [Tensor]) -> [Tensor] in
      do {
        return try samples(of: traced(members, parameters))
      } catch {
        failure = error
        return members
      }
    }
    let outputs = map(inputs.map { $0.expandingAxis(at: 1) })
    let late = parameters.graph.takeFailure()
    if let failure { throw failure }
    if let late { throw FileError(path, "applied to \(inputs[0].shape[0]) samples: \(late.explanation)") }
    return outputs
  }

  /// Outputs of one sample without the axis that counts it.
  private func samples(of outputs: [Tensor]) throws -> [Tensor] {
    try zip(graph.outputs, outputs).map { port, output in
      guard output.shape.extents.first == 1 else {
        throw FileError(
          path, at: "output '\(port.name)'",
          "its first axis does not count samples: it is \(output.shape) for one; give one sample at a time")
      }
      return output.reshaped(Shape(Array(output.shape.extents.dropFirst())))
    }
  }
}

extension ModelApplication {
  /// Checks that the tensors are what the model declares.
  private func check(_ tensors: [Tensor]) throws {
    guard tensors.count == inputs.count else {
      let names = inputs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw FileError(
        path, "the model takes \(inputs.count) inputs (\(names)), and was given \(tensors.count)")
    }
    for (port, (open, tensor)) in zip(graph.inputs, zip(inputs, tensors)) {
      let fits =
        open.extents.count == tensor.rank
        && zip(open.extents, tensor.shape.extents).allSatisfy {
          $0 == nil || $0 == $1
        }
      guard fits, open.element == tensor.element else {
        throw FileError(
          path, at: "input '\(port.name)'", "the model takes \(port), and was given \(tensor.type)")
      }
    }
    guard batch != .none, let first = tensors.first?.shape.extents.first else { return }
    for (port, tensor) in zip(inputs, tensors) where tensor.shape.extents.first != first {
      throw FileError(
        path, at: "input '\(port.name)'",
        "it has \(tensor.shape[0]) samples, and '\(inputs[0].name)' has \(first)")
    }
  }

  private func declaredExtentsHold(_ tensors: [Tensor]) -> Bool {
    zip(graph.inputs, tensors).allSatisfy { port, tensor in
      port.extents?.first?.count == tensor.shape.extents.first
    }
  }
}
