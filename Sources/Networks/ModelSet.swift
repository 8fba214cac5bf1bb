public import Compute

/// Models that live in one graph, each under a name of its own.
///
/// The parameters of a member have its name in front, so that two copies of one architecture do not collide.
public struct ModelSet: Sendable {
  /// The members in order.
  public let members: [(name: String, model: Model)]

  /// Puts models together.
  ///
  /// - Parameter members: Under names that are not empty and hold no dot.
  /// - Throws: ``LayerError`` for other names, and for one that is used twice.
  public init(_ members: [(name: String, model: Model)]) throws(LayerError) {
    var known: Set<String> = []
    for (name, _) in members {
      guard !name.isEmpty, !name.contains(".") else {
        throw LayerError("", "a model of a set is named '\(name)'; a name without a dot is needed")
      }
      guard known.insert(name).inserted else {
        throw LayerError("", "two models of a set are named '\(name)'; give each its own name")
      }
    }
    self.members = members
  }

  /// The member of this name.
  public subscript(name: String) -> Model? { members.first { $0.name == name }?.model }

  /// Everything that the members keep, with the members' names in front.
  public var parameters: [Parameter] {
    members.flatMap { name, model in
      model.parameters.map { Parameter("\(name).\($0.name)", role: $0.role, $0.value) }
    }
  }
}

/// The members of a set inside a model that is made of them.
public struct ModelParts {
  private let set: ModelSet
  /// Where the model made of them finds its own parameters.
  public let scope: NetworkScope

  init(_ set: ModelSet, _ scope: NetworkScope) {
    self.set = set
    self.scope = scope
  }

  /// All outputs of a member, in the mode that the whole is applied in.
  ///
  /// - Throws: ``LayerError`` for a name that no member has; what the member's function throws.
  public func outputs(of name: String, for inputs: [Tensor]) throws -> [Tensor] {
    guard let model = set[name] else {
      let names = set.members.map(\.name).joined(separator: ", ")
      throw LayerError("", "no part is named '\(name)'; there are \(names)")
    }
    return try model.apply(inputs, scope[name])
  }

  /// The first output of a member for one input.
  ///
  /// - Throws: As ``outputs(of:for:)``, and ``LayerError`` for a member without an output.
  public func callAsFunction(_ name: String, _ input: Tensor) throws -> Tensor {
    guard let output = try outputs(of: name, for: [input]).first else {
      throw LayerError("", "the part '\(name)' gives nothing")
    }
    return output
  }
}

extension Model {
  /// Makes a model of others.
  ///
  ///     let parts = try ModelSet([("first", a), ("second", b)])
  ///     let mean = Model(of: parts, inputs: a.inputs, outputs: a.outputs) { inputs, parts in
  ///       [(try parts("first", inputs[0]) + parts("second", inputs[0])) * 0.5]
  ///     }
  ///
  /// - Parameters:
  ///   - parts: The others; their parameters have their names in front.
  ///   - parameters: What it keeps besides, found in ``ModelParts/scope``.
  ///   - body: What it computes.
  public init(
    of parts: ModelSet, inputs: [Port], outputs: [Port], parameters: [Parameter] = [],
    _ body: @escaping @Sendable (_ inputs: [Tensor], _ parts: ModelParts) throws -> [Tensor]
  ) {
    self.init(inputs: inputs, outputs: outputs, parameters: parameters + parts.parameters) { inputs, scope in
      try body(inputs, ModelParts(parts, scope))
    }
  }

  /// This model with its first input changed, as by a normalisation; it keeps its parameters' names.
  public func preceded(by change: @escaping @Sendable (Tensor) throws -> Tensor) -> Model {
    let plain = self
    return Model(inputs: inputs, outputs: outputs, parameters: parameters) { inputs, scope in
      guard let first = inputs.first else {
        throw LayerError("", "the model takes no input that could be changed")
      }
      return try plain.apply([try change(first)] + inputs.dropFirst(), scope)
    }
  }

  /// This model with its first output changed, to one of the same extents; it keeps its parameters' names.
  public func followed(by change: @escaping @Sendable (Tensor) throws -> Tensor) -> Model {
    let plain = self
    return Model(inputs: inputs, outputs: outputs, parameters: parameters) { inputs, scope in
      let outputs = try plain.apply(inputs, scope)
      guard let first = outputs.first else {
        throw LayerError("", "the model gives no output that could be changed")
      }
      return [try change(first)] + outputs.dropFirst()
    }
  }
}
