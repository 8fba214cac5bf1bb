// Matrix products, convolutions and pooling.

extension Tensor {
  /// The product of matrices; axes before the last two are a batch and are broadcast.
  ///
  /// - Returns: `[..., M, N]` for `[..., M, K]` and `[..., K, N]`.
  public func matmul(_ other: Tensor, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 2, other.rank >= 2,
      let batch = Shape.broadcast(Shape(shape.extents.dropLast(2)), Shape(other.shape.extents.dropLast(2)))
    else {
      builder.fail("matmul of \(type) and \(other.type): the batch axes do not broadcast", at: place)
      return self
    }
    let (a, b) = (matrices(for: batch), other.matrices(for: batch))
    let product = builder.add(MatrixMultiply(), [a, b], at: place, given: [self, other])
    guard product.rank == 3, product.shape[0] == batch.count else { return product }
    return product.reshaped(Shape(batch.extents + product.shape.extents[1...]))
  }

  /// The matrices of this tensor for a batch, as `[B, rows, columns]`; a tensor without batch is shared.
  private func matrices(for batch: Shape) -> Tensor {
    let own = Shape(shape.extents.dropLast(2))
    let last = Array(shape.extents.suffix(2))
    guard own.count != 1 else { return reshaped(Shape([1] + last)) }
    return broadcast(to: Shape(batch.extents + last)).reshaped(Shape([batch.count] + last))
  }

  /// The convolution (cross-correlation) of images `[N, C, H, W]` with a weight `[O, C/groups, KH, KW]`.
  ///
  /// - Parameters:
  ///   - weight: The kernels.
  ///   - stride: Rows and columns between outputs.
  ///   - padding: Rows and columns of zeros on both sides.
  ///   - dilation: Rows and columns between taps.
  ///   - groups: How many groups the channels fall into.
  /// - Returns: `[N, O, OH, OW]`.
  public func convolved(
    _ weight: Tensor, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let geometry = ConvolutionGeometry(
      stride: [stride, stride], low: [padding, padding], high: [padding, padding],
      dilation: [dilation, dilation],
      groups: groups)
    return convolved(weight, geometry, fileID: fileID, line: line)
  }

  /// The convolution with any geometry: of images `[N, C, H, W]`, or of signals `[N, C, L]` with `[O, C/groups, K]`.
  ///
  /// For signals the numbers of the second spatial axis count, the first ones must be neutral.
  public func convolved(
    _ weight: Tensor, _ geometry: ConvolutionGeometry, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    let operation = Convolution(role: .output, geometry: geometry, extents: [])
    guard rank == 3, weight.rank == 3 else { return builder.add(operation, [self, weight], at: place) }
    let result = builder.add(
      operation, [expandingAxis(at: 2), weight.expandingAxis(at: 2)], at: place, given: [self, weight])
    return result.rank == 4 ? result.squeezingAxis(at: 2) : result
  }

  /// The transposed convolution: the adjoint of ``convolved(_:_:fileID:line:)`` with respect to its image.
  ///
  /// - Parameters:
  ///   - weight: `[C, O/groups, KH, KW]`, C being the channels of this tensor.
  ///   - geometry: That of the convolution it undoes.
  ///   - extents: Rows and columns of the result.
  /// - Returns: `[N, O, extents]`.
  public func convolvedTransposed(
    _ weight: Tensor, _ geometry: ConvolutionGeometry, extents: [Int],
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    builder.add(
      Convolution(role: .image, geometry: geometry, extents: extents), [self, weight],
      at: SourceLocation(fileID, line))
  }

  /// The images of `[..., H, W]` as `[M, H, W]`.
  private var planes: Tensor {
    reshaped(Shape([shape.extents.dropLast(2).reduce(1, *)] + shape.extents.suffix(2)))
  }

  private func unplaned(_ result: Tensor) -> Tensor {
    guard result.rank == 3 else { return result }
    return result.reshaped(Shape(shape.extents.dropLast(2) + result.shape.extents.suffix(2)))
  }

  /// The largest element of each window over the last two axes; derivatives go to the first largest.
  public func maxPooled(
    _ window: WindowGeometry, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 2 else {
      builder.fail("maxPooled of \(type): two spatial axes are needed", at: place)
      return self
    }
    let images = planes
    let taps = builder.add(WindowMaximum(window: window), [images], at: place, given: [self])
    guard taps.element == window.indexElement else { return self }
    return unplaned(builder.add(WindowGather(window: window), [images, taps], at: place))
  }

  /// The sum of each window over the last two axes; outside the tensor there are zeros.
  public func sumPooled(
    _ window: WindowGeometry, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank >= 2 else {
      builder.fail("sumPooled of \(type): two spatial axes are needed", at: place)
      return self
    }
    return unplaned(builder.add(WindowSum(window: window), [planes], at: place, given: [self]))
  }

  /// The mean of each window over the last two axes.
  ///
  /// - Parameter countingPadding: Whether zeros outside the tensor count as elements. Where they do not, a window that
  ///   lies wholly outside gives 0.
  public func averagePooled(
    _ window: WindowGeometry, countingPadding: Bool = true, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let sums = sumPooled(window, fileID: fileID, line: line)
    guard !countingPadding else { return sums * (1 / Double(window.taps)) }
    let counts = splat(1, Shape([1] + shape.extents.suffix(2))).sumPooled(window)
    return sums / counts.maximum(1)
  }

  /// The mean over the last two axes.
  public func globalAveragePooled() -> Tensor { mean([-2, -1]) }
}
