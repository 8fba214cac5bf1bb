import Compute
import Networks

/// A model's computation for any number of samples.
struct OpenGraph {
  private(set) var steps: [Step] = []
  /// The steps whose values are the model's outputs.
  private(set) var outputs: [StepID] = []
  /// For each step, how often other steps and outputs read it.
  private(set) var useCounts: [Int] = []

  private var known: [Step: StepID] = [:]

  /// Numbers of samples at which a model is traced: primes that hardly occur as other extents of a network.
  private static let samples = [11, 13, 17]

  /// Traces `model` at several numbers of samples and finds how its extents depend on them.
  ///
  /// - Throws: What tracing throws, and ``ExportError`` where the computation itself depends on the number of
  ///   samples.
  init(_ model: Model) throws {
    let isOpen = model.inputs.contains { $0.extents.contains(nil) }
    let samples = isOpen ? OpenGraph.samples : [1]
    let traces = try samples.map { try Unrolling(model.graph(samples: $0)) }
    guard let first = traces.first, traces.allSatisfy({ $0.items.count == first.items.count }),
      traces.allSatisfy({ $0.outputs == first.outputs })
    else {
      throw ExportError(
        "the model computes something else for another number of samples; fix axis 0 of its inputs")
    }
    var renumbered: [StepID] = []
    for (index, item) in first.items.enumerated() {
      let step = try OpenGraph.merged(traces.map { $0.items[index] }, item, samples)
      renumbered.append(
        insert(Step(kind: step.kind, inputs: step.inputs.map { renumbered[$0] }, type: step.type)))
    }
    outputs = first.outputs.map { renumbered[$0] }
    useCounts = countedUses()
  }

  /// One step for what it is in every trace.
  private static func merged(
    _ items: [Unrolling.Item], _ first: Unrolling.Item, _ samples: [Int]
  ) throws -> Step {
    let place = first.location.prefix
    guard items.allSatisfy({ $0.kind == first.kind && $0.inputs == first.inputs }) else {
      throw ExportError(
        "\(place)what the model computes here depends on the number of samples; fix axis 0 of its inputs")
    }
    let rank = first.type.shape.rank
    let extents = try (0..<rank).map { axis in
      guard items.allSatisfy({ $0.type.shape.rank == rank }),
        let extent = Extent(values: items.map { $0.type.shape[axis] }, samples: samples)
      else {
        throw ExportError(
          "\(place)the shape \(first.type.shape) does not grow evenly with the number of samples; "
            + "fix axis 0 of the model's inputs")
      }
      return extent
    }
    return Step(kind: first.kind, inputs: first.inputs, type: OpenType(extents, first.type.element))
  }

  /// The place of `step`; equal steps are joined.
  private mutating func insert(_ step: Step) -> StepID {
    if let earlier = known[step] { return earlier }
    steps.append(step)
    known[step] = steps.count - 1
    return steps.count - 1
  }

  /// Counts the uses by steps that outputs depend on.
  private func countedUses() -> [Int] {
    var counts = [Int](repeating: 0, count: steps.count)
    for output in outputs { counts[output] += 1 }
    for id in steps.indices.reversed() where counts[id] > 0 {
      for input in steps[id].inputs { counts[input] += 1 }
    }
    return counts
  }
}

extension Model {
  /// The computation of this model for `samples` samples.
  func graph(samples: Int) throws -> Graph {
    try Graph { scope in
      let network = bound(in: scope)
      return network(
        inputs.map { port in
          scope.input(port.name, Shape(port.extents.map { $0 ?? samples }), port.element)
        })
    }
  }
}
