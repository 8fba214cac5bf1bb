// Exponentials that are normalised along an axis. The largest element is subtracted first and held constant:
// it cancels in exact arithmetic, so the remaining graph has the right derivatives of every order.

extension Tensor {
  /// The logarithm of the sum of the exponentials along `axis`.
  ///
  /// Behaves as `torch.logsumexp`: -inf where all elements are, +inf where any is, NaN where any is.
  ///
  /// - Parameter keepingAxis: Whether the axis stays, with extent 1.
  public func logSumExp(
    axis: Int = -1, keepingAxis: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    return composed("logSumExp", place) {
      guard let axis = resolved(axis: axis, "logSumExp", place) else { return self }
      let peak = peak(along: axis)
      let sum = (self - peak).knownToBe(.nonPositive).exp().sum([axis], keepingAxes: true).knownToBe(
        .positive)
      let result = sum.log() + peak
      return keepingAxis ? result : result.squeezingAxis(at: axis)
    }
  }

  /// The exponentials along `axis` divided by their sum.
  ///
  /// Behaves as `torch.softmax`: NaN along an axis that holds +inf, NaN or nothing but -inf.
  public func softmax(axis: Int = -1, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let place = SourceLocation(fileID, line)
    return composed("softmax", place) {
      guard let axis = resolved(axis: axis, "softmax", place) else { return self }
      let exponentials = (self - peak(along: axis)).knownToBe(.nonPositive).exp()
      return exponentials / exponentials.sum([axis], keepingAxes: true).knownToBe(.positive)
    }
  }

  /// The logarithm of ``softmax(axis:fileID:line:)``, exact where the softmax itself underflows.
  ///
  /// Behaves as `torch.log_softmax`.
  public func logSoftmax(axis: Int = -1, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let place = SourceLocation(fileID, line)
    return composed("logSoftmax", place) {
      guard let axis = resolved(axis: axis, "logSoftmax", place) else { return self }
      let shifted = (self - peak(along: axis)).knownToBe(.nonPositive)
      return shifted - shifted.exp().sum([axis], keepingAxes: true).knownToBe(.positive).log()
    }
  }

  // The element that is the largest contributes e^0, so the sums of the exponentials are positive.

  /// The largest element along `axis`, through which no derivative passes; 0 where it is infinite, so that no
  /// infinity is subtracted from itself.
  private func peak(along axis: Int) -> Tensor {
    let largest = maximum(over: [axis], keepingAxes: true).detached()
    let isInfinite = largest.absolute() .> Double(Float.greatestFiniteMagnitude)
    return isInfinite.select(largest.zeros, largest)
  }
}
