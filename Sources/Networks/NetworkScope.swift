public import Compute

/// Where a network finds its parameters, by name, while it is traced.
///
///     let weight = scope["block1"]["first"].parameter("weight", [16, 3, 3, 3], .kaimingUniform)
public struct NetworkScope {
  /// The prefix of names looked up here, without the final dot; empty at the root.
  public let path: String
  private let state: State

  /// What the scopes of one application share.
  private final class State {
    let mode: NetworkMode
    let tensors: [String: Tensor]
    /// The graph that is traced.
    let graph: Scope
    /// Whether parameters are declared when they are asked for, to find out which a network has.
    let isDeclaring: Bool
    var declared: [ParameterDeclaration] = []
    var statistics: [String: Tensor] = [:]
    var draws = 0

    init(mode: NetworkMode, tensors: [String: Tensor], graph: Scope, isDeclaring: Bool) {
      self.mode = mode
      self.tensors = tensors
      self.graph = graph
      self.isDeclaring = isDeclaring
    }
  }

  private init(path: String, state: State) {
    self.path = path
    self.state = state
  }

  /// A scope that knows the parameters of a bound model.
  init(parameters: [String: Tensor], mode: NetworkMode, in scope: Scope) {
    self.init(path: "", state: State(mode: mode, tensors: parameters, graph: scope, isDeclaring: false))
  }

  /// A scope that declares what is asked for.
  init(declaringIn scope: Scope) {
    self.init(path: "", state: State(mode: .inference, tensors: [:], graph: scope, isDeclaring: true))
  }

  /// The scope named `name` inside this one.
  public subscript(name: String) -> NetworkScope { NetworkScope(path: qualified(name), state: state) }

  /// Whether statistics of the batch are used.
  public var mode: NetworkMode { state.mode }

  /// The graph that is traced, for constants of a network that takes nothing.
  public var graph: Scope { state.graph }

  /// New values of running statistics found while the network was applied, by name.
  var statistics: [String: Tensor] { state.statistics }

  /// What the network declared.
  var declared: [ParameterDeclaration] { state.declared }

  /// The parameter named by this scope and `name`.
  ///
  /// - Parameter initializer: How its first value is made.
  public func parameter(
    _ name: String, _ shape: Shape, _ initializer: Initializer, role: Parameter.Role = .weight,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let full = qualified(name)
    if state.isDeclaring {
      state.declared.append(
        ParameterDeclaration(name: full, shape: shape, initializer: initializer, role: role))
      return state.graph.parameter(full, shape, fileID: fileID, line: line)
    }
    if let tensor = state.tensors[full], tensor.shape == shape { return tensor }
    let known =
      state.tensors[full].map { "which has the shape \($0.shape)" } ?? "which the model does not have"
    state.graph.fail(LayerError(path, "the network asks for '\(full)' of shape \(shape), \(known)"))
    return state.graph.full(Shape(shape.extents.map { max(0, $0) }), 0)
  }

  /// The parameter of this name, which has a value already.
  public func parameter(_ name: String) -> Tensor? { state.tensors[qualified(name)] }

  /// Records the next value of a running statistic.
  public func update(_ name: String, with value: Tensor) { state.statistics[qualified(name)] = value }

  /// A source of random tensors for one layer, unlike those of the others; nil where nothing is drawn.
  ///
  /// Each call of one application of the network takes the next restart number of the source it was given.
  public func freshRandomness() -> Randomness? {
    guard case .training(let randomness?) = mode else { return nil }
    state.draws += 1
    return randomness.restart(state.draws)
  }

  /// Makes tracing fail because `input` does not fit the layer at this scope.
  ///
  /// - Returns: The input, as a stand-in for the result.
  public func refuse(_ input: Tensor, _ reason: String) -> Tensor {
    state.graph.fail(LayerError(path, "\(reason), not \(input.type)"))
    return input
  }

  private func qualified(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
