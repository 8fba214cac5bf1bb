/// Marks what a network says: the identity, by which a graph knows how often the network is asked and differentiated.
///
/// Marks are in a graph while it is traced, so that loops, batches and derivatives of every order count as what they are;
/// none is left in a graph that has been traced.
struct PassMark: Primitive {
  static let name = "pass"

  /// Whether it stands on the way back.
  let isBackward: Bool
  /// How many elements the network gives for one sample.
  let width: Int

  /// The value, and for a pass back the one whose way it goes: that has been made, even if nobody reads what it gave.
  var inputCount: Int? { isBackward ? 2 : 1 }

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] { [inputs[0]] }

  /// A pass on the way back.
  func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let back = cotangent.builder.add(PassMark(isBackward: true, width: width), [cotangent, output])
    return isBackward ? [back, nil] : [back]
  }

  /// As many passes as there are members.
  func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let extent = batchExtent(inputs, isBatched)
    let first = isBatched[0] ? inputs[0] : inputs[0].expanded(at: 0, to: extent)
    return first.builder.add(self, [first] + inputs.dropFirst())
  }

  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] { [inputs[0]] }
}

extension PassMark: ViewOperation {
  func view(_ input: StridedView) -> StridedView? { input }
}

extension Tensor {
  /// This output of a network, `[N, ...]`, marked as N passes; derivatives through it are passes back.
  package func markedAsPass() -> Tensor {
    builder.add(
      PassMark(isBackward: false, width: max(1, shape.count / max(1, shape.extents.first ?? 1))), [self])
  }
}

/// How many samples go through a network for one run of a graph.
package struct PassCount: Hashable, Sendable {
  /// On the way forward.
  package var forward = 0
  /// On the way back.
  package var backward = 0
}

extension Graph {
  /// The passes that are marked; those in the body of a loop count as often as it is applied.
  var passCount: PassCount {
    nodes.reduce(into: PassCount()) { count, node in
      switch node.kind {
      case .operation(let mark as PassMark):
        let rows = node.type.shape.count / mark.width
        if mark.isBackward { count.backward += rows } else { count.forward += rows }
      case .loop(let loop):
        let inside = loop.body.passCount
        count.forward += loop.count * inside.forward
        count.backward += loop.count * inside.backward
      case .input, .constant, .operation, .result: break
      }
    }
  }

  /// The same computation without marks: what would have been traced had nothing been marked.
  func withoutPassMarks() -> Graph {
    guard hasPassMarks else { return self }
    var sources = Array(nodes.indices)
    var kept: [Node] = []
    for (id, node) in nodes.enumerated() {
      if case .operation(is PassMark) = node.kind {
        sources[id] = sources[node.inputs[0]]
        continue
      }
      sources[id] = kept.count
      kept.append(
        Node(
          kind: node.kind.withoutPassMarks, inputs: node.inputs.map { sources[$0] }, types: node.types,
          location: node.location))
    }
    return Graph(
      nodes: kept, outputs: outputs.map { sources[$0] },
      updates: updates.map { Update(parameter: $0.parameter, value: sources[$0.value]) })
  }
}

extension Graph {
  fileprivate var hasPassMarks: Bool {
    nodes.contains { node in
      switch node.kind {
      case .operation(let operation): operation is PassMark
      case .loop(let loop): loop.body.hasPassMarks
      case .input, .constant, .result: false
      }
    }
  }
}

extension NodeKind {
  fileprivate var withoutPassMarks: NodeKind {
    guard case .loop(let loop) = self else { return self }
    return .loop(Loop(count: loop.count, carried: loop.carried, body: loop.body.withoutPassMarks()))
  }
}
