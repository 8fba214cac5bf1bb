/// How the length of a vector is measured.
public enum VectorNorm: String, Hashable, Sendable, Codable, CaseIterable {
  /// The number of elements that are not 0.
  case zero
  /// The sum of the absolute values.
  case one
  /// The square root of the sum of the squares.
  case two
  /// The largest absolute value.
  case infinity

  /// The norm that bounds a dot product together with this one; `zero` has none.
  public var dual: VectorNorm? {
    switch self {
    case .zero: nil
    case .one: .infinity
    case .two: .two
    case .infinity: .one
    }
  }
}

extension Tensor {
  /// The length of each sample, over all axes but the first.
  ///
  /// Derivatives at 0 are 0, of every order: those of the L2 norm too, where the quotient would be NaN. The
  /// largest absolute value shares its derivative evenly among the elements that attain it, as
  /// `torch.linalg.vector_norm` does.
  ///
  /// - Returns: `[N]` for `[N, ...]`.
  public func norm(_ norm: VectorNorm, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 1 else { return refused("norm", "the first axis counts samples", place) }
    return composed("norm", place) {
      switch norm {
      case .zero: (self .!= 0).cast(to: .float32).sum(sampleAxes)
      case .one: absolute().sum(sampleAxes)
      case .two: (self * self).sum(sampleAxes).rootSafeAtZero()
      case .infinity: absolute().maximum(over: sampleAxes)
      }
    }
  }

  /// The dot product of each sample with the other's, over all axes but the first.
  ///
  /// - Returns: `[N]` for two tensors of `[N, ...]`.
  public func dot(_ other: Tensor, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 1, other.shape == shape else {
      return refused("dot", with: [other], "the shapes must agree and the first axis counts samples", place)
    }
    return composed("dot", place, [other]) { (self * other).sum(sampleAxes) }
  }

  /// Each sample divided by its length; a sample of zeros stays.
  ///
  /// Behaves as `torch.nn.functional.normalize` over all axes but the first.
  ///
  /// - Parameter floor: The smallest length that is divided by.
  public func normalized(
    _ norm: VectorNorm = .two, floor: Double = 1e-12, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    composed("normalized", SourceLocation(fileID, line)) {
      let lengths = self.norm(norm, fileID: fileID, line: line).maximum(floor)
      return self / lengths.column(of: self)
    }
  }

  /// This tensor of `[N]` as `[N, 1, ...]` with as many axes as `other`, ready to broadcast over its samples.
  func column(of other: Tensor) -> Tensor {
    reshaped(Shape(shape.extents + [Int](repeating: 1, count: Swift.max(0, other.rank - rank))))
  }

  /// The square root, with value and derivatives 0 at 0.
  func rootSafeAtZero() -> Tensor {
    let isZero = self .== 0
    return isZero.select(zeros, isZero.select(ones, self).knownToBe(.positive).sqrt())
  }
}
