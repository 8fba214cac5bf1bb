internal import ArrayFiles
internal import Compute
internal import Networks

/// Finds out whether a model keeps the samples of a batch apart, by following them through its graph.
final class SampleSeparation: Sendable {
  /// What can be done with a batch.
  enum Finding: Sendable {
    /// The graph takes it whole, and what it gives for a sample depends on that sample alone.
    case separate
    /// The graph takes one sample at a time; why it does not take more.
    case single(FileError?)
    /// What the graph gives for a sample depends on the others; where that begins.
    case mixed(FileError)
    /// What the graph gives for a sample depends on its place in the batch; where that begins.
    case placed(FileError)
  }

  let graph: ImportedGraph
  private let path: String
  let parameters: [Parameter]
  private let findings = Memo<Question, Finding>()

  private struct Question: Hashable, Sendable {
    let samples: [TensorType]
    let count: Int?
  }

  /// How many samples are followed where a model takes any number: a prime.
  private static let usualCount = 3
  /// How many are followed to see that nothing depends on their number: another prime.
  private static let otherCount = 5

  init(_ graph: ImportedGraph, path: String, parameters: [Parameter]) {
    self.graph = graph
    self.path = path
    self.parameters = parameters
  }

  /// What can be done with batches of samples of these types.
  ///
  /// - Parameter count: How many samples the graph takes; nil for any number.
  func finding(for samples: [TensorType], count: Int? = nil) -> Finding {
    findings.answer(to: Question(samples: samples, count: count)) {
      do {
        let followed = count ?? Self.usualCount
        let trace = try trace(samples, followed)
        let found = finding(of: trace, samples, followed)
        guard case .separate = found, count == nil else { return found }
        return try withOtherCount(trace, samples)
      } catch {
        return .single(error as? FileError ?? FileError(path, error.explanation))
      }
    }
  }

  /// The finding for samples that are kept apart when ``usualCount`` of them are followed.
  private func withOtherCount(_ usual: Trace, _ samples: [TensorType]) throws -> Finding {
    let count = Self.otherCount
    let other = try trace(samples, count)
    let found = finding(of: other, samples, count)
    guard case .separate = found, let place = usual.structure.difference(from: other.structure) else {
      return found
    }
    // Samples that are computed one by one make more nodes where there are more of them, and the same of each.
    if let single = try? trace(samples, 1).graph,
      isSeparateInTrials(usual.graph, single, samples, Self.usualCount),
      isSeparateInTrials(other.graph, single, samples, count)
    {
      return .separate
    }
    return .mixed(
      FileError(
        path, at: place,
        "what it computes depends on how many samples are in the batch, so no result would belong to a sample alone; "
          + "take their number out of the computation, or export the model with a batch of one"))
  }

  private func finding(of trace: Trace, _ samples: [TensorType], _ count: Int) -> Finding {
    let (traced, verdicts) = (trace.graph, trace.verdicts)
    for (port, verdict) in zip(graph.outputs, verdicts) {
      guard case .mixed(let mixture) = verdict else { continue }
      // Places may be looked up by number, and then belong to their samples after all.
      if mixture.kind == .order, let single = try? self.trace(samples, 1).graph,
        isSeparateInTrials(traced, single, samples, count)
      {
        return .separate
      }
      let error = error(mixture, port)
      return mixture.kind == .order ? .placed(error) : .mixed(error)
    }
    return verdicts.allSatisfy { $0 == .separate } ? .separate : .single(nil)
  }

  /// The graph for a number of samples, and what becomes of them in each output.
  private struct Trace {
    let graph: Graph
    let verdicts: [SampleFlow.Verdict]
    let structure: SampleStructure
  }

  private func trace(_ samples: [TensorType], _ count: Int) throws -> Trace {
    var verdicts: [SampleFlow.Verdict] = []
    var structure = SampleStructure()
    let traced = try Graph { scope in
      var symbols: [String: Tensor] = [:]
      symbols.reserveCapacity(parameters.count)
      for parameter in parameters {
        let type = parameter.value.type
        symbols[parameter.name] = scope.parameter(parameter.name, type.shape, type.element)
      }
      let inputs = zip(graph.inputs, samples).map { port, sample in
        scope.input(port.name, Shape([count] + sample.shape.extents), sample.element)
      }
      var flow = SampleFlow(inputs, count: count)
      var trace = GraphTracer(
        graph, path: path, scope: scope, given: [:], context: RandomContext(samples: count)
      ) { symbols[$0] }
      trace.didTrace = { flow.follow(naming: $0.place) }
      let outputs = try trace(inputs)
      if let failure = scope.takeFailure() { throw failure }
      flow.follow(naming: "")
      verdicts = outputs.map { flow.verdict(of: $0) }
      flow.end(with: outputs)
      structure = flow.structure
      return outputs
    }
    return Trace(graph: traced, verdicts: verdicts, structure: structure)
  }

  private func error(_ mixture: SampleMixture, _ port: ONNXModel.Port) -> FileError {
    let place = mixture.place.isEmpty ? "output '\(port.name)'" : mixture.place
    let advice =
      mixture.place.contains("(BatchNormalization,")
      ? "export the model in inference mode, as after model.eval() in PyTorch"
      : "change the axis it works along, or export the model with a batch of one, which is applied to each sample by itself"
    switch mixture.kind {
    case .neighbours:
      return FileError(
        path, at: place,
        "it mixes samples: what it gives for one depends on the others of the batch, so no result would belong to a "
          + "sample; \(advice)")
    case .order:
      return FileError(
        path, at: place,
        "it treats samples by their place in the batch, so no result would belong to a sample alone; \(advice)"
      )
    }
  }
}
