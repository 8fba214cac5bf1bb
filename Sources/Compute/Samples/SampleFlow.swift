/// Follows the samples of a batch through what is traced, so that it is known of every value which of its elements
/// belong to which sample.
///
/// A batch does not stay an axis: reshaping joins it with others and takes them apart again. What stays is where the
/// elements of a sample lie in row-major order: element f of a value belongs to sample (f / stride) mod count, whatever
/// the shape is. A rule for each primitive says where that goes (``SamplePassage``); where no rule does, elements are moved one by one.
///
///     var flow = SampleFlow(inputs, count: 3)
///     let output = layer(inputs[0])
///     flow.follow(naming: "layer")
///     flow.verdict(of: output)
package struct SampleFlow {
  private let builder: GraphBuilder?
  private var tracker: SampleTracker
  /// What was traced, place by place.
  package private(set) var structure = SampleStructure()

  /// Begins with tensors whose first axes count the samples.
  package init(_ inputs: [Tensor], count: Int) {
    builder = inputs.first?.builder
    let builder = builder
    tracker = SampleTracker(
      count: count,
      node: { builder?.nodes[$0] ?? Node(kind: .result(index: 0), inputs: [], types: [], location: nil) }
    )
    structure.begin("")
    for (id, node) in (builder?.nodes ?? []).enumerated() {
      let isInput = inputs.contains { $0.id == id }
      tracker.append(given: isInput ? .first(of: count, in: node.type.shape) : .free)
      structure.append(node)
    }
  }

  /// Follows the samples through everything that was traced since the last call.
  ///
  /// - Parameter place: What a mixture that is found there is said to come from.
  package mutating func follow(naming place: String) {
    guard let builder else { return }
    tracker.place = place
    structure.begin(place)
    for id in tracker.states.count..<builder.nodes.count {
      tracker.append(builder.nodes[id])
      structure.append(builder.nodes[id])
    }
  }

  /// Ends with the tensors that are asked for.
  package mutating func end(with outputs: [Tensor]) { structure.end(with: outputs.map(\.id)) }

  /// What is known of an output.
  package enum Verdict: Hashable, Sendable {
    /// Its first axis counts the samples, and each part depends on its sample alone.
    case separate
    /// Its samples are kept apart, but not along its first axis.
    case elsewhere
    /// What it gives for a sample depends on other samples, or on the place among them.
    case mixed(SampleMixture)
  }

  /// What is known of a tensor that was followed.
  package func verdict(of output: Tensor) -> Verdict {
    let shape = output.shape
    let isCounted = shape.extents.first == tracker.count
    switch tracker.states[output.id][0] {
    case .mixed(let mixture): return .mixed(mixture)
    case .samples(let stride):
      return isCounted && shape.count == stride * tracker.count ? .separate : .elsewhere
    case .free where shape.count == 0: return isCounted ? .separate : .elsewhere
    case .free:
      guard isCounted else { return .elsewhere }
      let isSame = tracker.isUniform(output.id, stride: shape.count / tracker.count)
      return isSame ? .separate : .mixed(SampleMixture(place: "", kind: .order))
    case .sample, .pieces: return .mixed(SampleMixture(place: "", kind: .order))
    }
  }
}

/// Where samples stopped being kept apart, and how.
package struct SampleMixture: Hashable, Sendable {
  /// How.
  package enum Kind: Hashable, Sendable {
    /// What is computed for a sample depends on others.
    case neighbours
    /// What is computed for a sample depends on its place in the batch.
    case order
  }
  /// What was being traced; empty for the output itself.
  package let place: String
  /// How they were mixed.
  package let kind: Kind
}

/// Which elements of a value belong to which sample.
enum SampleState: Hashable {
  /// None to any: the value is the same whatever the samples are.
  case free
  /// Element f to sample (f / stride) mod count.
  case samples(stride: Int)
  /// All to one, after something was computed with them.
  case sample(Int)
  /// Each to a sample of its own or to none, as ``SampleTracker`` numbers elements.
  case pieces([Int])
  /// It cannot be said.
  case mixed(SampleMixture)

  /// The elements of a tensor whose first axis counts samples.
  static func first(of count: Int, in shape: Shape) -> SampleState {
    guard shape.extents.first == count, shape.count > 0 else { return .free }
    return .samples(stride: shape.count / count)
  }

  var isMixed: Bool { if case .mixed = self { true } else { false } }
  var stride: Int? { if case .samples(let stride) = self { stride } else { nil } }
}

/// Where the samples lie in an axis: its elements come in turns of `count` times `inner`, `inner` of each sample.
struct SampleDigit: Hashable {
  let axis: Int
  let inner: Int

  init(axis: Int, inner: Int) { (self.axis, self.inner) = (axis, inner) }

  /// The axis in which samples lie that are `stride` elements apart; nil where several hold them.
  init?(stride: Int, count: Int, in shape: Shape) {
    guard shape.count > 0 else { return nil }
    let strides = shape.strides
    let axis = shape.extents.indices.first {
      stride % strides[$0] == 0 && strides[$0] * shape[$0] % (stride * count) == 0
    }
    guard let axis else { return nil }
    self.init(axis: axis, inner: stride / strides[axis])
  }

  /// The same samples in another axis.
  func moved(to axis: Int) -> SampleDigit { SampleDigit(axis: axis, inner: inner) }

  /// How many elements apart the samples lie in a value of this shape; nil where the axis does not hold them.
  func stride(count: Int, in shape: Shape) -> Int? {
    guard axis < shape.rank, shape[axis] > 0, shape[axis] % (inner * count) == 0 else { return nil }
    return shape.strides[axis] * inner
  }
}
