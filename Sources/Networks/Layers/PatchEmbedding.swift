public import Compute

/// Images cut into square patches, each mapped to a token.
///
/// Dosovitskiy et al., "An image is worth 16x16 words", 2021, equation 1. The map is a convolution whose stride is its
/// extent. Parameters: `proj.weight` `[width, C, patch, patch]` and `proj.bias` `[width]`.
public struct PatchEmbedding: Layer, Hashable {
  /// Rows and columns of a patch; a divisor of the image's.
  public var patch: Int
  /// Numbers of a token.
  public var width: Int

  /// Makes an embedding.
  public init(patch: Int, width: Int) {
    self.patch = patch
    self.width = width
  }

  /// `[N, H W / patch², width]` for images `[N, C, H, W]`, patches in row-major order.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 4, patch >= 1, input.shape[2] % patch == 0, input.shape[3] % patch == 0 else {
      return scope.refuse(
        input, "an embedding needs images [N, C, H, W] that patches of \(patch) by \(patch) fill exactly")
    }
    let tokens = Convolution(width, kernel: patch, stride: patch)(input, scope["proj"])
    return tokens.rank == 4 ? tokens.flattened(from: 2).transposed([0, 2, 1]) : tokens
  }
}
