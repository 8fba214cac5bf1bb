/// One kind of computation a graph node does, with the parameters that are fixed when the graph is built.
///
/// Everything the system needs to know about an operation is behind this protocol. Operations that
/// user code and derivatives are made of conform to ``Primitive``; those that only passes make
/// conform to this protocol alone, because nothing is differentiated after the passes have run.
public protocol Operation: Hashable, Sendable, Codable {
  /// The name in printed and saved graphs.
  static var name: String { get }

  /// The types of the results, from the types of the inputs.
  ///
  /// - Throws: What is wrong with the inputs.
  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType]

  /// The results in double precision, computed in the plainest way: the meaning of the operation.
  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray]

  /// Adds the launches that compute the results on a device of `lowering`'s kernel family.
  func lower(_ lowering: inout Lowering)

  /// The parameters, as printed graphs show them; empty for an operation without any.
  var attributes: String { get }
}

extension Operation {
  /// The stored properties by name, in order of declaration.
  public var attributes: String {
    Mirror(reflecting: self).children
      .map { "\($0.label ?? "_"): \($0.value)" }.joined(separator: ", ")
  }

  func isEqual(_ other: any Operation) -> Bool { (other as? Self) == self }
}

/// An operation that can be differentiated any number of times and batched, with one result.
public protocol Primitive: Operation {
  /// How many inputs there are, or nil if any number can be.
  var inputCount: Int? { get }

  /// What each input receives from the result's cotangent, written in primitives.
  ///
  /// - Parameters:
  ///   - cotangent: The derivative of some scalar with respect to the result; the result's type.
  ///   - inputs: The inputs of the node.
  ///   - output: The result of the node.
  /// - Returns: One tensor of each input's type, or nil where the derivative is zero.
  func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?]

  /// The result for a batch of inputs, in one computation.
  ///
  /// - Parameters:
  ///   - inputs: The inputs; those that `isBatched` marks have one more axis in front.
  ///   - isBatched: Which inputs carry the batch axis; at least one does.
  /// - Returns: The result with the batch axis in front.
  func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor
}

extension Primitive {
  /// One input.
  public var inputCount: Int? { 1 }
}
