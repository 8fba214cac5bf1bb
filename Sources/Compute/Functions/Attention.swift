/// Which keys each query of an attention sees.
public struct AttentionMask {
  /// Added to the scores, or, as `bool`, true where a key is seen; broadcast to `[..., T, S]`.
  public var scores: Tensor?
  /// Whether query t sees only the keys 0...t.
  public var isCausal: Bool

  /// Makes a mask; the default hides nothing.
  public init(_ scores: Tensor? = nil, isCausal: Bool = false) {
    self.scores = scores
    self.isCausal = isCausal
  }
}

extension Tensor {
  /// softmax(Q Kᵀ scale + mask) V, with this tensor for Q.
  ///
  /// Vaswani et al., "Attention is all you need", 2017, equation 1;
  /// `torch.nn.functional.scaled_dot_product_attention` without dropout. A query must see at least one key.
  ///
  /// - Parameters:
  ///   - key: `[..., S, D]`.
  ///   - value: `[..., S, E]`.
  ///   - mask: What each query sees.
  ///   - scale: Multiplies the scores; 1/√D when nil.
  /// - Returns: `[..., T, E]` for queries of `[..., T, D]`; the axes in front are usually batch and heads.
  public func attention(
    key: Tensor, value: Tensor, mask: AttentionMask = AttentionMask(), scale: Double? = nil,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 2, key.rank >= 2, value.rank >= 2, key.shape[key.rank - 1] == shape[rank - 1],
      key.shape[key.rank - 2] == value.shape[value.rank - 2]
    else {
      return refused(
        "attention", with: [key, value],
        "queries [..., T, D], keys [..., S, D], values [..., S, E] are needed", place)
    }
    return composed("attention", place, [key, value]) {
      let factor = scale ?? 1 / Double(Swift.max(1, shape[rank - 1])).squareRoot()
      let scores = (self * factor).matmul(key.transposed)
      return mask.applied(to: scores).softmax().matmul(value)
    }
  }

  /// Attention of several heads between projections of this tensor, the queries `[B, T, E]`, and others.
  ///
  /// Vaswani et al., 2017, section 3.2.2; `torch.nn.MultiheadAttention` with `batch_first=True`.
  ///
  /// - Parameters:
  ///   - key: `[B, S, E]`.
  ///   - value: `[B, S, E]`.
  ///   - projections: The weights.
  ///   - heads: How many; a divisor of E.
  ///   - mask: What each query sees; broadcast to `[B, heads, T, S]`.
  /// - Returns: `[B, T, E]`.
  public func multiHeadAttention(
    key: Tensor, value: Tensor, projections: AttentionProjections, heads: Int,
    mask: AttentionMask = AttentionMask(), fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank == 3, key.rank == 3, value.rank == 3, heads >= 1,
      projections.query.weight.shape[0] % heads == 0
    else {
      return refused(
        "multiHeadAttention", with: [key, value],
        "[B, T, E] and [B, S, E] are needed, and \(heads) heads must divide the projections", place)
    }
    return composed("multiHeadAttention", place, [key, value]) {
      let attended = linear(projections.query).splitHeads(heads).attention(
        key: key.linear(projections.key).splitHeads(heads),
        value: value.linear(projections.value).splitHeads(heads),
        mask: mask)
      let joined = attended.transposed([0, 2, 1, 3])
      return joined.flattened(from: 2).linear(projections.output)
    }
  }

  /// `[B, T, E]` as `[B, heads, T, E / heads]`.
  private func splitHeads(_ heads: Int) -> Tensor {
    guard rank == 3, shape[2] % heads == 0 else { return self }
    return reshaped([shape[0], shape[1], heads, shape[2] / heads]).transposed([0, 2, 1, 3])
  }
}

extension AttentionMask {
  /// The scores with those of hidden keys so low that their exponential is 0.
  func applied(to scores: Tensor) -> Tensor {
    let lowest = scores.splat(-Double(Float.greatestFiniteMagnitude))
    var masked = scores
    if let given = self.scores {
      masked = given.element == .bool ? given.select(masked, lowest) : masked + given
    }
    guard isCausal else { return masked }
    let extents = Shape(scores.shape.extents.suffix(2))
    let isSeen = scores.scope.iota(extents, axis: 1) .<= scores.scope.iota(extents, axis: 0)
    return isSeen.select(masked, lowest)
  }
}

/// The weights of ``Tensor/multiHeadAttention(key:value:projections:heads:mask:fileID:line:)``.
public struct AttentionProjections {
  /// From the queries to those of all heads, one head after the other.
  public var query: LinearWeights
  /// From the keys to those of all heads.
  public var key: LinearWeights
  /// From the values to those of all heads.
  public var value: LinearWeights
  /// From the joined results of the heads to the output.
  public var output: LinearWeights

  /// Makes projections of these weights.
  public init(query: LinearWeights, key: LinearWeights, value: LinearWeights, output: LinearWeights) {
    self.query = query
    self.key = key
    self.value = value
    self.output = output
  }
}

extension AttentionProjections: TensorTree {
  /// Visits query, key, value, output.
  public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    query.forEachTensor(visit)
    key.forEachTensor(visit)
    value.forEachTensor(visit)
    output.forEachTensor(visit)
  }
}
