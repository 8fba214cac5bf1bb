/// A scalar function applied to every element of operands of one shape.
public struct Elementwise: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "map"

  /// The function.
  public let function: ScalarFunction

  /// The function's name.
  public var attributes: String { function.rawValue }

  /// The function's operands.
  public var inputCount: Int? { function.arity }

  /// The operands' shape and the function's result type.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    guard inputs.count == function.arity else {
      throw TypeMismatch("\(function) takes \(function.arity) operands")
    }
    guard inputs.allSatisfy({ $0.shape == inputs[0].shape }) else {
      throw TypeMismatch("the shapes must agree")
    }
    do throws(TypeMismatch) {
      return [TensorType(inputs[0].shape, try function.resultElement(inputs.map(\.element)))]
    } catch {
      throw TypeMismatch("\(function): \(error.reason)")
    }
  }

  /// See ``ScalarFunction``.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    function.pullback(cotangent, inputs, output)
  }

  /// The function knows no axes; operands without the batch axis are repeated along it.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let operands = alignedBatch(inputs, isBatched)
    return operands[0].builder.add(self, operands)
  }

  /// Applies the function in double precision.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let element = inputs.last?.type.element ?? .float32
    let result = try? function.resultElement(inputs.map(\.type.element))
    let isInteger = element == .int32 || (element == .bool && [.and, .or, .xor].contains(function))
    let values = inputs[0].values.indices.map { index in
      function.evaluate(inputs.map { $0.values[index] }, isInteger: isInteger)
    }
    return [ReferenceArray(TensorType(inputs[0].shape, result ?? element), values)]
  }
}

/// The inputs with a batch axis in front of each: those without one are repeated along it.
func alignedBatch(_ inputs: [Tensor], _ isBatched: [Bool]) -> [Tensor] {
  let extent = batchExtent(inputs, isBatched)
  return zip(inputs, isBatched).map { input, batched in
    batched ? input : input.expanded(at: 0, to: extent)
  }
}

/// The extent of the batch axis.
func batchExtent(_ inputs: [Tensor], _ isBatched: [Bool]) -> Int {
  zip(inputs, isBatched).first { $0.1 }?.0.shape[0] ?? 1
}
