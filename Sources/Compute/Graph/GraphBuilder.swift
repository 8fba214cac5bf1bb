/// Records nodes while a graph is traced.
final class GraphBuilder {
  var nodes: [Node] = []
  var updates: [Graph.Update] = []
  private(set) var error: (any Error)?
  /// Where tracing began, or the call of a composition that is being traced now.
  var location: SourceLocation?
  /// Whether `location` is the call that is being traced, not just where tracing began.
  private var isLocated = false
  private var names: Set<String> = []
  /// Cotangents that may be infinite where the values that they belong to are finite.
  var unbounded: Set<NodeID> = []
  /// What is known of the signs of values beyond what their nodes show.
  var knownSigns: [NodeID: SignRange] = [:]

  init(location: SourceLocation?) { self.location = location }

  /// The type of a node's first result.
  ///
  /// What asks the node itself, from another file, copies all of it first.
  func resultType(of id: NodeID) -> TensorType { nodes[id].types[0] }

  /// Remembers the first misuse; ``Graph/init(fileID:line:_:)`` throws it once tracing ends.
  func fail(_ message: String, at place: SourceLocation?) {
    guard error == nil else { return }
    let isKnown = place.map { !$0.isInternal } ?? false
    error = GraphError(
      message, at: isKnown || isLocated ? resolve(place) : SourceLocation.outsideCaller() ?? location)
  }

  /// Remembers what code outside this library found wrong, unless something was wrong before.
  func fail(_ error: any Error) { self.error = self.error ?? error }

  /// Forgets and returns the first misuse.
  func takeError() -> (any Error)? {
    defer { error = nil }
    return error
  }

  /// The caller's place: a place in this library yields to the one that called into it.
  private func resolve(_ place: SourceLocation?) -> SourceLocation? {
    guard let place, !place.isInternal else { return location ?? place }
    return place
  }

  func append(
    _ kind: NodeKind, _ inputs: [NodeID], _ types: [TensorType], at place: SourceLocation?
  ) -> Tensor {
    for type in types where type.shape.rank > Shape.maximumRank || type.shape.count > Shape.maximumCount {
      fail(
        "\(type) is too large: tensors have at most \(Shape.maximumRank) axes and 2^31 - 2^13 elements",
        at: place)
    }
    nodes.append(Node(kind: kind, inputs: inputs, types: types, location: resolve(place)))
    return Tensor(builder: self, id: nodes.count - 1)
  }

  /// Appends `operation` after checking its inputs; a misuse is remembered and yields a stand-in.
  ///
  /// - Parameter given: The tensors the user passed, which the message shows in place of the inputs made from them.
  func add(
    _ operation: any Operation, _ inputs: [Tensor], at place: SourceLocation? = nil, given: [Tensor]? = nil
  ) -> Tensor {
    for input in inputs where input.builder !== self {
      fail("\(type(of: operation).name) of tensors that belong to different graphs", at: place)
      return self.constant(.splat(0, input.type), at: place)
    }
    do throws(TypeMismatch) {
      let types = try operation.resultTypes(inputs.map(\.type))
      return append(.operation(operation), inputs.map(\.id), types, at: place)
    } catch {
      let types = (given ?? inputs).map { $0.type.description }.joined(separator: " and ")
      fail("\(type(of: operation).name) of \(types): \(error.reason)", at: place)
      return inputs.first ?? constant(.splat(0, TensorType(.scalar)), at: place)
    }
  }

  func constant(_ constant: Constant, at place: SourceLocation? = nil) -> Tensor {
    if constant.type.shape.extents.contains(where: { $0 < 0 }) {
      fail("a constant \(constant.type) has a negative extent", at: place)
    }
    if case .splat(let value, let type) = constant, !type.element.holds(value) {
      fail("a constant \(type) has no value \(value); cast the tensor first", at: place)
    }
    return append(.constant(constant), [], [constant.type], at: place)
  }

  func input(_ name: String, _ role: InputRole, _ type: TensorType, at place: SourceLocation?) -> Tensor {
    if !names.insert(name).inserted {
      fail("two inputs are named '\(name)'; give each its own name", at: place)
    }
    if type.shape.extents.contains(where: { $0 < 0 }) {
      fail("input '\(name)' has a negative extent in \(type.shape)", at: place)
    }
    return append(.input(name: name, role: role), [], [type], at: place)
  }

  /// Runs `body` so that misuse inside it is reported at `place`, where the user called.
  func located<Result>(_ place: SourceLocation, _ body: () -> Result) -> Result {
    guard !place.isInternal else { return body() }
    let outer = (location, isLocated)
    (location, isLocated) = (place, true)
    defer { (location, isLocated) = outer }
    return body()
  }
}
