public import Compute

/// A small network with everything that is asked of one: values, gradients, Jacobian rows, Hessian products.
public struct ReferenceModel: Sendable, CustomStringConvertible {
  /// What it is.
  public let name: String
  /// The type of its input; the first extent is the batch.
  public let input: TensorType
  /// The logits, `[N, K]`.
  public let logits: @Sendable (Tensor, RecordingScope) -> Tensor

  /// The name.
  public var description: String { name }

  /// The graph of values, input gradient, parameter gradients, two Jacobian rows and a Hessian-vector product.
  public func graph() throws -> Graph {
    try Graph { scope in
      let x = scope.input("x", input.shape)
      let v = scope.input("v", input.shape)
      let parameters = DeclaredParameters()
      let z = logits(x, RecordingScope(scope: scope, parameters: parameters))
      let loss = { (z: Tensor) in ((z - z.mean([1], keepingAxes: true)).tanh() * z).sum([1]) }
      let total = loss(z)
      let gradients = total.gradients(withRespectTo: [x] + parameters.tensors)
      let rows = z.jacobian(withRespectTo: x, rows: [0, z.shape[1] - 1])
      let product = (gradients[0] * v).sum().gradient(withRespectTo: x)
      return [z, total] + gradients + [rows, product]
    }
  }

  /// Values for every input of a graph: images and directions near 1, weights scaled by their fan-in.
  public static func arguments(for graph: Graph, seed: UInt64) -> [String: HostArray] {
    var generator = SeededGenerator(seed: seed)
    var values: [String: HostArray] = [:]
    for input in graph.inputs {
      let fan = input.type.shape.extents.dropFirst().reduce(1, *)
      let scale = input.role == .parameter && input.type.shape.rank > 1 ? (2 / Double(fan)).squareRoot() : 1
      let isPositive = input.name.hasSuffix("variance") || input.name.hasSuffix("scale")
      values[input.name] = HostArray(
        input.type.shape,
        (0..<input.type.shape.count).map { _ in
          Float(isPositive ? generator.number(in: 0.5...1.5) : scale * generator.number(in: -1.7...1.7))
        })
    }
    return values
  }
}

/// Collects the parameters a model declares, so that gradients can be asked for all of them.
public final class DeclaredParameters {
  fileprivate(set) var tensors: [Tensor] = []
}

/// A scope that remembers what was declared through it.
public struct RecordingScope {
  let scope: Scope
  let parameters: DeclaredParameters

  /// The scope inside this one.
  public subscript(name: String) -> RecordingScope {
    RecordingScope(scope: scope[name], parameters: parameters)
  }

  /// Declares a parameter.
  public func parameter(_ name: String, _ shape: Shape) -> Tensor {
    let tensor = scope.parameter(name, shape)
    parameters.tensors.append(tensor)
    return tensor
  }
}
