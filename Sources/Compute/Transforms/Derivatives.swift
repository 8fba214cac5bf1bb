// Derivatives of symbols and of functions. What they return is ordinary graph code, so each can be applied
// to the result of any other, to any order.

extension Tensor {
  /// The derivative of the sum of this tensor's elements with respect to `target`.
  ///
  /// - Returns: A tensor of the target's type; zeros where this tensor does not depend on it.
  public func gradient(
    withRespectTo target: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    gradients(withRespectTo: [target], fileID: fileID, line: line)[0]
  }

  /// The derivatives of the sum of this tensor's elements with respect to each of `targets`.
  public func gradients(
    withRespectTo targets: [Tensor], fileID: StaticString = #fileID, line: UInt = #line
  ) -> [Tensor] {
    vectorJacobianProduct(with: ones, targets, fileID: fileID, line: line)
  }

  /// What each of `targets` receives from this tensor's `cotangent`.
  ///
  /// - Parameter cotangent: A tensor of this tensor's type.
  public func vectorJacobianProduct(
    with cotangent: Tensor, _ targets: [Tensor], fileID: StaticString = #fileID, line: UInt = #line
  ) -> [Tensor] {
    let place = SourceLocation(fileID, line)
    guard element.isDifferentiable, targets.allSatisfy(\.element.isDifferentiable) else {
      let types = targets.map { $0.type.description }.joined(separator: ", ")
      builder.fail("gradient of \(type) with respect to \(types): only float32 has derivatives", at: place)
      return targets
    }
    guard cotangent.type == type else {
      builder.fail("a cotangent of \(cotangent.type) for \(type)", at: place)
      return targets
    }
    return builder.located(place) { builder.pullback([self], [cotangent], to: targets) }
  }

  /// The same value as a node of its own, so that a derivative with respect to it sees only its uses.
  func alias() -> Tensor {
    builder.append(.operation(Reshape(shape: shape)), [id], [type], at: nil)
  }
}

/// The function that maps `x` to the derivative of the sum of `function(x)`.
public func gradient<Input: TensorTree>(
  _ function: @escaping (Input) -> Tensor
) -> (Input) -> Input {
  { input in
    let fresh = input.replacing(input.tensors.map { $0.alias() })
    return input.replacing(function(fresh).gradients(withRespectTo: fresh.tensors))
  }
}

/// The value of `function` at a point, and the function that maps cotangents of the value to those of the point.
public func vjp<Input: TensorTree>(
  _ function: (Input) -> Tensor, at point: Input
) -> (value: Tensor, pullback: (Tensor) -> Input) {
  let fresh = point.replacing(point.tensors.map { $0.alias() })
  let value = function(fresh)
  return (value, { point.replacing(value.vectorJacobianProduct(with: $0, fresh.tensors)) })
}

/// The value of `function` at a point and its derivative along `tangent`, in one forward computation.
///
/// The derivative is the adjoint of the adjoint: the pullback is linear in its cotangent, and pulling back through
/// it gives the forward rule of every primitive. Nothing of the first pass backward is left in the result.
public func jvp<Input: TensorTree>(
  _ function: (Input) -> Tensor, at point: Input, along tangent: Input
) -> (value: Tensor, tangent: Tensor) {
  let (value, pullback) = vjp(function, at: point)
  let cotangent = value.zeros
  let pulled = pullback(cotangent).tensors
  let builder = value.builder
  let pushed = builder.pullback(pulled, tangent.tensors, to: [cotangent])
  return (value, pushed[0])
}

/// The product of the Hessian of the sum of `function` at a point with `vector`.
///
/// Forward over reverse: one gradient and its derivative along the vector; no Hessian is built.
public func hvp(_ function: @escaping (Tensor) -> Tensor, at point: Tensor, times vector: Tensor) -> Tensor {
  jvp(gradient(function), at: point, along: vector).tangent
}
