public import Compute

/// A block of a transformer: attention between tokens, then a perceptron on each, both normalised in front.
///
/// x + attention(norm1(x)), then x + mlp(norm2(x)); Dosovitskiy et al., "An image is worth 16x16 words", 2021, equations
/// 2 and 3. Parameters are named `norm1`, `attn`, `norm2`, `mlp.fc1`, `mlp.fc2`.
public struct TransformerBlock: Layer, Hashable {
  /// Heads of the attention; a divisor of the tokens' width.
  public var heads: Int
  /// Hidden numbers of the perceptron, as a multiple of the tokens' width.
  public var expansion: Int
  /// The share of elements dropped behind the attention and inside and behind the perceptron, in 0..<1.
  public var dropout: Double
  /// Added to the variance by the normalisations.
  public var epsilon: Double
  /// How weights start; biases start at 0.
  public var initializer: Initializer

  /// Makes a block.
  public init(
    heads: Int, expansion: Int = 4, dropout: Double = 0, epsilon: Double = 1e-6,
    initializer: Initializer = .truncatedNormal(deviation: 0.02)
  ) {
    self.heads = heads
    self.expansion = expansion
    self.dropout = dropout
    self.epsilon = epsilon
    self.initializer = initializer
  }

  /// `[N, T, E]` for tokens `[N, T, E]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 3 else { return scope.refuse(input, "a transformer block needs tokens [N, T, E]") }
    let norm = LayerNormalization(epsilon: epsilon)
    let attention = SelfAttention(heads: heads, initializer: initializer)
    let attended = input + drop(attention(norm(input, scope["norm1"]), scope["attn"]), scope)
    return attended + perceptron(norm(attended, scope["norm2"]), scope["mlp"])
  }

  private func perceptron(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    let map = { Linear($0, initializer: initializer, biasInitializer: .zeros) }
    let hidden = Activation.gelu()(map(expansion * input.shape[2])(input, scope["fc1"]))
    return drop(map(input.shape[2])(drop(hidden, scope), scope["fc2"]), scope)
  }

  private func drop(_ input: Tensor, _ scope: NetworkScope) -> Tensor { Dropout(dropout)(input, scope) }
}
