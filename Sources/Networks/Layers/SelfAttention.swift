public import Compute

/// Attention of several heads between the tokens of a sequence.
///
/// Vaswani et al., "Attention is all you need", 2017, section 3.2.2; `torch.nn.MultiheadAttention` of a sequence with
/// itself. Parameters, by the names of vision transformers: `qkv.weight` `[3 E, E]`, `qkv.bias` `[3 E]`, `proj.weight`
/// `[E, E]`, `proj.bias` `[E]`; queries, keys and values lie one after the other.
public struct SelfAttention: Layer, Hashable {
  /// How many heads; a divisor of E.
  public var heads: Int
  /// How the weights start; biases start at 0.
  public var initializer: Initializer

  /// Makes an attention.
  public init(heads: Int, initializer: Initializer = .xavierUniform()) {
    self.heads = heads
    self.initializer = initializer
  }

  /// `[N, T, E]` for tokens `[N, T, E]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 3, heads >= 1, input.shape[2] % heads == 0 else {
      return scope.refuse(
        input, "an attention of \(heads) heads needs tokens [N, T, E] whose E the heads divide")
    }
    let width = input.shape[2]
    let map = { Linear($0, initializer: initializer, biasInitializer: .zeros) }
    let joined = map(3 * width)(input, scope["qkv"])
    let parts = (0..<3).map { part in
      joined.sliced(axis: 2, from: part * width, count: width)
        .reshaped([input.shape[0], input.shape[1], heads, width / heads]).transposed([0, 2, 1, 3])
    }
    let attended = parts[0].attention(key: parts[1], value: parts[2])
    return map(width)(attended.transposed([0, 2, 1, 3]).flattened(from: 2), scope["proj"])
  }
}
