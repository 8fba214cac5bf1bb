public import Compute

/// The sum of what a branch makes of the input and the input itself, or what a shortcut makes of it.
///
/// He et al., "Deep residual learning for image recognition", 2016. The scopes are named "branch" and "shortcut".
public struct Residual: Layer {
  /// What is added.
  public var branch: any Layer
  /// What the branch is added to; the input itself when nil.
  public var shortcut: (any Layer)?

  /// Puts a branch beside a shortcut.
  public init(_ branch: any Layer, shortcut: (any Layer)? = nil) {
    self.branch = branch
    self.shortcut = shortcut
  }

  /// The sum; both summands must have one shape.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    let change = branch(input, scope["branch"])
    let base = shortcut.map { $0(input, scope["shortcut"]) } ?? input
    guard change.shape == base.shape else {
      return scope.refuse(
        change, "the branch and the shortcut must have one shape, here that of \(base.type)")
    }
    return base + change
  }
}
