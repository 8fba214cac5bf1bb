public import Compute

/// A parameter that a network asks for when it is traced.
public struct ParameterDeclaration: Hashable, Sendable {
  /// The name, unique in the network, as in "layer1.0.conv1.weight".
  public let name: String
  /// The extents.
  public let shape: Shape
  /// How its first value is made.
  public let initializer: Initializer
  /// What it is for.
  public let role: Parameter.Role
}

extension Layer {
  /// The parameters of a network made of this layer, in the order of their use, without making their values.
  ///
  /// - Parameter input: The shape of one sample, as in `[3, 32, 32]`.
  /// - Throws: `GraphError` or ``LayerError`` for a name that is used twice or a layer that does not fit its input.
  public func declarations(
    input: Shape, fileID: StaticString = #fileID, line: UInt = #line
  ) throws -> [ParameterDeclaration] {
    try traced(input: input, fileID: fileID, line: line).parameters
  }

  /// The parameters, and the type of the output for one sample.
  func traced(
    input: Shape, fileID: StaticString, line: UInt
  ) throws -> (parameters: [ParameterDeclaration], output: TensorType) {
    guard !input.extents.contains(where: { $0 < 1 }) else {
      throw LayerError("", "a sample of shape \(input) has no elements")
    }
    var found: (parameters: [ParameterDeclaration], output: TensorType) = ([], TensorType(.scalar))
    _ = try Graph(fileID: fileID, line: line) { scope in
      let network = NetworkScope(declaringIn: scope)
      let output = self(scope.input("\(Model.images).input", Shape([1] + input.extents)), network)
      found = (network.declared, output.type)
      return [output]
    }
    return found
  }
}
