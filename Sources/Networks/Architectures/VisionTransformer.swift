public import Compute

/// A vision transformer; the defaults are those of the tiny one for 32 by 32 images.
///
/// Dosovitskiy et al., "An image is worth 16x16 words", 2021, in the width, depth and heads of Touvron et al.,
/// "Training data-efficient image transformers", 2021 (192, 12, 3), with patches of 4 by 4. A class token in front, a
/// learned position for each token, a normalisation behind the last block, a linear layer on the class token.
/// Parameters are named as in timm: `cls_token`, `pos_embed`, `patch_embed`, `blocks.0`, ..., `norm`, `head`.
public struct VisionTransformer: Layer, Hashable {
  /// Classes to tell apart.
  public var classes: Int
  /// Rows and columns of a patch; a divisor of the image's.
  public var patch: Int
  /// Numbers of a token.
  public var width: Int
  /// How many blocks.
  public var depth: Int
  /// What each block is.
  public var block: TransformerBlock
  /// What images are normalised by, if anything.
  public var normalization: InputNormalization?

  /// Makes a network.
  public init(
    classes: Int = 10, patch: Int = 4, width: Int = 192, depth: Int = 12, heads: Int = 3, dropout: Double = 0,
    normalization: InputNormalization? = nil
  ) {
    self.classes = classes
    self.patch = patch
    self.width = width
    self.depth = depth
    block = TransformerBlock(heads: heads, dropout: dropout)
    self.normalization = normalization
  }

  /// Logits `[N, classes]` of images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard depth >= 0, width >= 1 else {
      return scope.refuse(input, "a transformer of \(depth) blocks and width \(width) needs positive numbers")
    }
    let images = normalization.map { $0(input, scope) } ?? input
    let patches = PatchEmbedding(patch: patch, width: width)(images, scope["patch_embed"])
    guard patches.rank == 3 else { return scope.refuse(input, "a transformer needs images [N, C, H, W]") }
    let tokens = (0..<depth).reduce(embedded(patches, scope)) { tokens, index in
      block(tokens, scope["blocks"]["\(index)"])
    }
    let normal = LayerNormalization(epsilon: block.epsilon)(tokens, scope["norm"])
    let first = normal.sliced(axis: 1, from: 0, count: 1).squeezingAxis(at: 1)
    let head = Linear(classes, initializer: block.initializer, biasInitializer: .zeros)
    return head(first, scope["head"])
  }

  /// The class token in front of the patches, and positions added.
  private func embedded(_ patches: Tensor, _ scope: NetworkScope) -> Tensor {
    let start = scope.parameter("cls_token", [1, 1, width], .normal(deviation: 1e-6))
    let tokens = Tensor.concatenated([start.broadcast(to: [patches.shape[0], 1, width]), patches], axis: 1)
    let positions = scope.parameter("pos_embed", [1, tokens.shape[1], width], block.initializer)
    return Dropout(block.dropout)(tokens + positions, scope)
  }
}
