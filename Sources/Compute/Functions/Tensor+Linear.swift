/// The weights of an affine map from I to O features.
public struct LinearWeights {
  /// `[O, I]`.
  public var weight: Tensor
  /// `[O]`, or nil for a linear map.
  public var bias: Tensor?

  /// Makes a map of these weights.
  public init(_ weight: Tensor, bias: Tensor? = nil) {
    self.weight = weight
    self.bias = bias
  }
}

extension LinearWeights: TensorTree {
  /// Visits the weight, then the bias.
  public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    visit(&weight)
    if var offset = bias {
      visit(&offset)
      bias = offset
    }
  }
}

extension Tensor {
  /// x Wᵀ + b; `torch.nn.functional.linear`.
  ///
  /// - Returns: `[..., O]` for `[..., I]`.
  public func linear(
    _ weights: LinearWeights, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    let given = [weights.weight] + (weights.bias.map { [$0] } ?? [])
    guard rank >= 1, weights.weight.rank == 2, weights.weight.shape[1] == shape[rank - 1],
      weights.bias.map({ $0.shape == [weights.weight.shape[0]] }) ?? true
    else {
      return refused("linear", with: given, "[..., I], a weight [O, I] and a bias [O] are needed", place)
    }
    return composed("linear", place, given) {
      // All rows in one product, so that the weight is shared and not repeated for a batch.
      let rows = shape.extents.dropLast().reduce(1, *)
      let product = reshaped([rows, shape[rank - 1]]).matmul(weights.weight.transposed)
      let shifted = weights.bias.map { product + $0 } ?? product
      return shifted.reshaped(Shape(shape.extents.dropLast() + [weights.weight.shape[0]]))
    }
  }
}
