public import Compute

/// A function of tensors with typical inputs: what the laws of a primitive are checked on.
///
/// A primitive is covered by a few of them, one for each geometry that takes another path through its rules.
public struct PrimitiveSample: Sendable, CustomStringConvertible {
  /// What is sampled, unique among all samples.
  public let name: String
  /// The function under test; the scope is that of the graph, for functions without inputs.
  public let function: @Sendable (Scope, [Tensor]) -> [Tensor]
  /// The inputs, in the order the function takes them.
  public let inputs: [SampleInput]
  /// The highest order of derivative that exists around the inputs, at most 3; 0 for values alone.
  public let order: Int
  /// Whether all results are finite numbers.
  public let isFinite: Bool

  /// Makes a sample with one result.
  public init(
    _ name: String, _ inputs: [SampleInput], order: Int = 2, isFinite: Bool = true,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.init(name, inputs, order: order, isFinite: isFinite) { _, inputs in [function(inputs)] }
  }

  /// Makes a sample with any number of results.
  public init(
    _ name: String, _ inputs: [SampleInput], order: Int = 2, isFinite: Bool = true,
    results function: @escaping @Sendable (Scope, [Tensor]) -> [Tensor]
  ) {
    self.name = name
    self.inputs = inputs
    self.order = order
    self.isFinite = isFinite
    self.function = function
  }

  /// The name.
  public var description: String { name }

  /// The positions of the inputs that have derivatives.
  public var differentiable: [Int] { inputs.indices.filter { inputs[$0].type.element.isDifferentiable } }

  /// The values of the inputs, by input name; the same at every call.
  public var arguments: [String: ReferenceArray] {
    var generator = SeededGenerator(name: name)
    var arguments: [String: ReferenceArray] = [:]
    for (index, input) in inputs.enumerated() { arguments["x\(index)"] = input.array(&generator) }
    return arguments
  }

  /// Declares the inputs.
  func declared(_ scope: Scope) -> [Tensor] {
    inputs.enumerated().map { index, input in scope.input("x\(index)", input.type.shape, input.type.element) }
  }

  /// The graph of the function itself.
  public func graph() throws -> Graph {
    try Graph { scope in function(scope, declared(scope)) }
  }

  /// Every sample: all primitives and all scalar functions.
  public static let all: [PrimitiveSample] =
    scalarFunctions + structure + indexing + reductions + products + convolutions + windows + attacks
    + channels
}
