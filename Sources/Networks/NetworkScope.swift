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
    var mode: NetworkMode
    var tensors: [String: Tensor]
    var statistics: [String: Tensor] = [:]
    /// Where parameters are declared, when the network is traced to find out which it has.
    var declarations: Scope?
    var declared: [ParameterDeclaration] = []

    init(mode: NetworkMode, tensors: [String: Tensor], declarations: Scope?) {
      self.mode = mode
      self.tensors = tensors
      self.declarations = declarations
    }
  }

  private init(path: String, state: State) {
    self.path = path
    self.state = state
  }

  /// A scope that knows the parameters of a bound model.
  init(parameters: [String: Tensor], mode: NetworkMode) {
    self.init(path: "", state: State(mode: mode, tensors: parameters, declarations: nil))
  }

  /// A scope that declares what is asked for.
  init(declaringIn scope: Scope) {
    self.init(path: "", state: State(mode: .inference, tensors: [:], declarations: scope))
  }

  /// The scope named `name` inside this one.
  public subscript(name: String) -> NetworkScope { NetworkScope(path: qualified(name), state: state) }

  /// Whether statistics of the batch are used.
  public var mode: NetworkMode { state.mode }

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
    if let scope = state.declarations {
      state.declared.append(
        ParameterDeclaration(name: full, shape: shape, initializer: initializer, role: role))
      return scope.parameter(full, shape, fileID: fileID, line: line)
    }
    guard let tensor = state.tensors[full] else {
      preconditionFailure("the network asks for '\(full)', which it did not declare when it was made")
    }
    return tensor
  }

  /// The parameter of this name, which has a value already.
  public func parameter(_ name: String) -> Tensor? { state.tensors[qualified(name)] }

  /// Records the next value of a running statistic.
  public func update(_ name: String, with value: Tensor) { state.statistics[qualified(name)] = value }

  private func qualified(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}

/// A parameter that a network asked for.
struct ParameterDeclaration {
  let name: String
  let shape: Shape
  let initializer: Initializer
  let role: Parameter.Role
}
