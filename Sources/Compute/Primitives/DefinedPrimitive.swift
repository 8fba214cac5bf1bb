/// A primitive that is a composition of others, computed by kernels of its own.
///
/// The composition is what it means: derivatives of every order, batching and the values that devices are measured
/// against are taken from it. A conforming type adds types and a lowering, nothing that could contradict the meaning.
public protocol DefinedPrimitive: Primitive {
  /// The result, written in primitives.
  func definition(_ inputs: [Tensor]) -> Tensor

  /// Whether a family has kernels for inputs of these types; the definition is planned in its place where not.
  func hasKernels(_ family: KernelFamily, _ inputs: [TensorType]) -> Bool

  /// Whether its kernels do what ``Precision/exact`` promises; the definition is planned in its place where not.
  var hasExactKernels: Bool { get }
}

extension DefinedPrimitive {
  /// Every family has.
  public func hasKernels(_ family: KernelFamily, _ inputs: [TensorType]) -> Bool { true }

  /// They do.
  public var hasExactKernels: Bool { true }

  /// What the definition sends back.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    // Aliases, because one tensor may be several inputs, and an input may depend on another.
    let fresh = inputs.map { $0.alias() }
    let value = definition(fresh)
    let targets = fresh.filter(\.element.isDifferentiable)
    var pulled = cotangent.builder.pullback([value], [cotangent], to: targets)[...]
    return fresh.map { $0.element.isDifferentiable ? pulled.removeFirst() : nil }
  }

  /// The definition mapped over the batch.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let map = vmap { (members: [Tensor]) -> Tensor in
      var rest = members[...]
      return definition(zip(inputs, isBatched).map { $1 ? rest.removeFirst() : $0 })
    }
    return map(zip(inputs, isBatched).filter(\.1).map(\.0))
  }

  /// The definition in double precision.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let names = inputs.indices.map { "\($0)" }
    do {
      let graph = try Graph { scope in
        [definition(zip(names, inputs).map { scope.input($0, $1.shape, $1.type.element) })]
      }
      return try graph.interpret(Dictionary(uniqueKeysWithValues: zip(names, inputs)))
    } catch {
      preconditionFailure("the definition of \(Self.name) takes what its types allow: \(error)")
    }
  }
}
