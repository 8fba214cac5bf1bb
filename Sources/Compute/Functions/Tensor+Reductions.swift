// Functions that fold axes.

extension Tensor {
  private func reduce(_ fold: Fold, _ axes: [Int]?, _ keepingAxes: Bool, _ place: SourceLocation) -> Tensor {
    let axes = (axes ?? Array(0..<rank)).map { $0 < 0 ? $0 + rank : $0 }.sorted()
    if axes.isEmpty { return self }
    let folded = builder.add(Reduce(fold: fold, axes: axes), [self], at: place)
    guard !keepingAxes, folded.rank == rank else { return folded }
    return folded.reshaped(shape.selecting((0..<rank).filter { !axes.contains($0) }))
  }

  /// The sum over `axes`, or over everything.
  ///
  /// - Parameter keepingAxes: Whether folded axes stay, with extent 1.
  public func sum(
    _ axes: [Int]? = nil, keepingAxes: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { reduce(.sum, axes, keepingAxes, SourceLocation(fileID, line)) }

  /// The largest element over `axes`, or of everything; NaN if any is.
  public func maximum(
    over axes: [Int]?, keepingAxes: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { reduce(.maximum, axes, keepingAxes, SourceLocation(fileID, line)) }

  /// The smallest element over `axes`, or of everything; NaN if any is.
  public func minimum(
    over axes: [Int]?, keepingAxes: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { reduce(.minimum, axes, keepingAxes, SourceLocation(fileID, line)) }

  /// The mean over `axes`, or over everything.
  public func mean(
    _ axes: [Int]? = nil, keepingAxes: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let total = reduce(.sum, axes, keepingAxes, SourceLocation(fileID, line))
    return total * (Double(Swift.max(1, total.shape.count)) / Double(Swift.max(1, shape.count)))
  }

  /// The mean squared distance from the mean over `axes`, or over everything (the biased variance).
  public func variance(
    _ axes: [Int]? = nil, keepingAxes: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let centred = self - mean(axes, keepingAxes: true, fileID: fileID, line: line)
    return (centred * centred).mean(axes, keepingAxes: keepingAxes)
  }

  private func argument(_ largest: Bool, _ axis: Int, _ keepingAxis: Bool, _ place: SourceLocation) -> Tensor
  {
    guard let axis = resolved(axis: axis, largest ? "argmax" : "argmin", place) else { return self }
    let found = builder.add(ArgumentReduce(largest: largest, axis: axis), [self], at: place)
    return keepingAxis || found.rank != rank ? found : found.squeezingAxis(at: axis)
  }

  /// The position of the first largest element along `axis`, `int32`.
  public func argmax(
    axis: Int = -1, keepingAxis: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { argument(true, axis, keepingAxis, SourceLocation(fileID, line)) }

  /// The position of the first smallest element along `axis`, `int32`.
  public func argmin(
    axis: Int = -1, keepingAxis: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor { argument(false, axis, keepingAxis, SourceLocation(fileID, line)) }

  /// The running sum along `axis`.
  public func cumulativeSum(
    axis: Int = -1, reversed: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard let axis = resolved(axis: axis, "cumulativeSum", place) else { return self }
    return builder.add(CumulativeSum(axis: axis, isReversed: reversed), [self], at: place)
  }

  /// The `count` largest or smallest elements along the last axis, best first, and their positions.
  ///
  /// - Returns: The values, which derivatives pass through, and the positions, `int32`.
  public func top(
    _ count: Int, largest: Bool = true, fileID: StaticString = #fileID, line: UInt = #line
  ) -> (values: Tensor, indices: Tensor) {
    let rows = shape.extents.dropLast().reduce(1, *)
    let place = SourceLocation(fileID, line)
    guard rank >= 1 else {
      builder.fail("top of \(type): a scalar has no axis", at: place)
      return (self, self)
    }
    let positions = builder.add(
      TopK(count: count, largest: largest), [reshaped([rows, shape[rank - 1]])], at: place, given: [self])
    guard positions.element == .int32, positions.rank == 2 else { return (self, self) }
    let indices = positions.reshaped(Shape(shape.extents.dropLast() + [count]))
    return (takingAlongLastAxis(indices), indices)
  }

  /// The elements of each row of the last axis in order.
  public func sorted(
    descending: Bool = false, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    top(shape.extents.last ?? 0, largest: descending, fileID: fileID, line: line).values
  }
}
