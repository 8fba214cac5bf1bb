internal import ArrayFiles
internal import Compute
internal import Networks

/// Applies an imported graph to tensors: checks their types, and maps over samples where the file has a fixed batch.
struct ModelApplication: Sendable {
  let inputs: [Model.Port]
  let outputs: [Model.Port]
  private let graph: ImportedGraph
  private let path: String
  private let parameters: [String]
  private let given: [String: StoredArray]
  private let batch: BatchRule
  private let separation: SampleSeparation
  /// Whether the outputs are scores of samples: then an output of one sample may lack the axis that counts it.
  private let isClassifier: Bool
  /// Whether a batch is taken whole even where its samples see each other.
  private let allowsMixture: Bool
  /// The number of samples that a stored value fixes, each with its own part of it.
  private let storedCount: Int?

  init(
    _ graph: ImportedGraph, path: String, parameters: [Parameter], given: [String: StoredArray],
    isClassifier: Bool = false, allowsMixture: Bool = false
  ) throws {
    self.graph = graph
    self.path = path
    self.parameters = parameters.map(\.name)
    self.given = given
    self.isClassifier = isClassifier
    self.allowsMixture = allowsMixture
    let batch =
      isClassifier && graph.inputs.count == 1
      ? BatchRule(classifying: graph.inputs[0]) : BatchRule(inputs: graph.inputs, outputs: graph.outputs)
    self.batch = batch
    separation = SampleSeparation(graph, path: path, parameters: parameters)
    let stored = batch == .any ? graph.storedSampleCount : nil
    storedCount = stored
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

  /// Refuses a model that mixes the samples of a batch, where the file says what a sample is.
  func checkSeparation() throws {
    guard batch != .none, given.isEmpty, !allowsMixture else { return }
    let samples = inputs.map { TensorType(Shape($0.extents.dropFirst().compactMap { $0 }), $0.element) }
    guard zip(samples, inputs).allSatisfy({ $0.shape.rank + 1 == $1.extents.count }) else { return }
    switch batch {
    case .any: try check(separation.finding(for: samples, count: storedCount))
    case .several(let count): _ = try checkGroups(samples, count)
    case .one, .none: break
    }
  }

  /// Refuses what mixes samples, or treats them by their place where no stored value fixes their number.
  private func check(_ finding: SampleSeparation.Finding) throws {
    switch finding {
    case .mixed(let error): throw error
    case .placed(let error) where storedCount == nil: throw error
    case .separate, .single, .placed: break
    }
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
  func callAsFunction(_ inputs: [Tensor], _ network: NetworkScope) throws -> [Tensor] {
    // What went wrong before is not this model's.
    if let failure = network.graph.takeFailure() { throw failure }
    try check(inputs)
    switch batch {
    case .any: return try whole(inputs, network)
    case .one: return try single(inputs, network)
    case .several(let count): return try grouped(inputs, network, count)
    case .none: return try traced(inputs, network)
    }
  }

  /// A batch of any size: whole, or sample by sample where a node has the batch of one built in.
  private func whole(_ inputs: [Tensor], _ network: NetworkScope) throws -> [Tensor] {
    guard given.isEmpty else { return try asGiven(inputs, network) }
    let finding = separation.finding(
      for: inputs.map(\.sampleType), count: storedCount)
    switch finding {
    case .separate: return try traced(inputs, network)
    case .mixed, .placed:
      if !allowsMixture { try check(finding) }
      return try traced(inputs, network)
    case .single(let obstacle):
      if inputs[0].shape[0] == 1 { return try traced(inputs, network) }
      do {
        return try mapped(inputs, network)
      } catch {
        if let obstacle { throw obstacle }
        if isClassifier { throw error }
        return try traced(inputs, network)
      }
    }
  }

  /// The values that the model was made for, as one batch where the graph takes it.
  private func asGiven(_ inputs: [Tensor], _ network: NetworkScope) throws -> [Tensor] {
    let count = inputs[0].shape[0]
    do {
      let outputs = try traced(inputs, network)
      if count == 1 || outputs.allSatisfy({ $0.shape.extents.first == count }) { return outputs }
      return (try? mapped(inputs, network)) ?? outputs
    } catch {
      guard count > 1, let outputs = try? mapped(inputs, network) else { throw error }
      return outputs
    }
  }

  /// A batch of one sample, or samples one by one; in training whole, where the graph takes that, so that statistics
  /// are those of a batch.
  private func single(_ inputs: [Tensor], _ network: NetworkScope) throws -> [Tensor] {
    if case .training = network.mode, case .separate = separation.finding(for: inputs.map(\.sampleType)) {
      return try traced(inputs, network)
    }
    guard inputs[0].shape[0] == 1 else { return try mapped(inputs, network) }
    let outputs = try traced(inputs, network)
    return isClassifier ? try samples(of: outputs).map { $0.expandingAxis(at: 0) } : outputs
  }
}

extension ModelApplication {
  /// The model applied to each sample with an axis of 1, all in one computation.
  private func mapped(_ inputs: [Tensor], _ network: NetworkScope) throws -> [Tensor] {
    try mapped(inputs.map { $0.expandingAxis(at: 1) }, network) { try samples(of: $0) }
  }

  /// The model applied to groups of as many samples as it takes; the last one is filled up with the last sample.
  private func grouped(_ inputs: [Tensor], _ network: NetworkScope, _ count: Int) throws -> [Tensor] {
    try checkGroups(inputs.map(\.sampleType), count)
    let total = inputs[0].shape[0]
    if total == count { return try traced(inputs, network) }
    let groups = max(1, (total + count - 1) / count)
    let members = inputs.map { input in
      let rest = Array(input.shape.extents.dropFirst())
      let missing = groups * count - total
      let last = input.sliced(axis: 0, from: max(0, total - 1), count: min(1, total))
      let filling = last.broadcast(to: Shape([min(total, 1) * missing] + rest))
      let full = missing == 0 ? input : Tensor.concatenated([input, filling], axis: 0)
      return full.reshaped(Shape([groups, count] + rest))
    }
    return try mapped(members, network) { $0 }.map { output in
      let rest = Array(output.shape.extents.dropFirst(2))
      return output.reshaped(Shape([groups * count] + rest)).sliced(axis: 0, from: 0, count: total)
    }
  }

  /// Refuses groups that the model mixes, or whose outputs do not count samples.
  private func checkGroups(_ samples: [TensorType], _ count: Int) throws {
    switch separation.finding(for: samples, count: count) {
    case .separate: return
    case .mixed(let error), .placed(let error), .single(let error?): throw error
    case .single(nil):
      throw FileError(
        path, at: "output '\(graph.outputs[0].name)'",
        "its first axis does not count the \(count) samples that the model takes; export it with a batch of one"
      )
    }
  }

  private func mapped(
    _ members: [Tensor], _ network: NetworkScope, _ parts: @escaping ([Tensor]) throws -> [Tensor]
  ) throws -> [Tensor] {
    var failure: (any Error)?
    let map = vmap { (members: [Tensor]) -> [Tensor] in
      do {
        return try parts(traced(members, network, keepsStatistics: false))
      } catch {
        failure = error
        return members
      }
    }
    let outputs = map(members)
    let late = network.graph.takeFailure()
    if let failure { throw failure }
    if let late { throw FileError(path, "applied to \(members[0].shape[0]) samples: \(late.explanation)") }
    return outputs
  }

  private func traced(
    _ inputs: [Tensor], _ network: NetworkScope, keepsStatistics: Bool = true
  ) throws -> [Tensor] {
    let names = Set(parameters)
    var context = RandomContext(
      samples: batch == .none ? nil : inputs.first?.shape.extents.first, fresh: network.freshRandomness())
    if case .training = network.mode, keepsStatistics {
      context.training = TrainingContext { statistic, next in
        guard let name = parameters.first(where: { network.parameter($0)?.isSame(as: statistic) == true })
        else { return }
        network.update(name, with: next)
      }
    }
    var trace = GraphTracer(
      graph, path: path, scope: network.graph, given: given, context: context
    ) { name in names.contains(name) ? network.parameter(name) : nil }
    return try trace(inputs)
  }

  /// Outputs of one sample without the axis that counts it.
  private func samples(of outputs: [Tensor]) throws -> [Tensor] {
    try zip(graph.outputs, outputs).map { port, output in
      if isClassifier, output.rank <= 1 { return output }
      guard output.shape.extents.first == 1 else {
        throw FileError(
          path, at: "output '\(port.name)'",
          "its first axis does not count samples: it is \(output.shape) for one; give one sample at a time")
      }
      return output.reshaped(Shape(Array(output.shape.extents.dropFirst())))
    }
  }

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
}

extension Tensor {
  /// The type of one sample.
  fileprivate var sampleType: TensorType { TensorType(Shape(Array(shape.extents.dropFirst())), element) }
}
