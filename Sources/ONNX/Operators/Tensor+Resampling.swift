import Compute

extension Tensor {
  /// This tensor with `axis` resampled.
  func resampled(_ axis: Int, _ resampling: AxisResampling) throws -> Tensor {
    if case .nearest(let rounding) = resampling.mode {
      return picking(resampling.nearestElements(rounding), axis: axis, otherwise: resampling.extrapolation)
    }
    guard element == .float32 else {
      return try cast(to: .float32).resampled(axis, resampling).cast(to: element)
    }
    guard resampling.input * resampling.output <= 1 << 24 else {
      throw ImportError(
        "an axis of \(resampling.input) cannot be interpolated to \(resampling.output); it is too long")
    }
    return interpolated(axis, resampling)
  }

  /// The elements along `axis` at `places`.
  private func picking(_ places: [Int?], axis: Int, otherwise value: Double) -> Tensor {
    let extent = shape[axis]
    if places == Array(0..<extent) { return self }
    let factor = places.count / extent
    if factor > 1, places.count % extent == 0, rank < 6, places == (0..<places.count).map({ $0 / factor }) {
      // Repetition, whose derivative is a sum.
      let extents = shape.extents
      let repeated = expandingAxis(at: axis + 1)
        .broadcast(to: Shape(extents[...axis] + [factor] + extents[(axis + 1)...]))
      return repeated.reshaped(Shape(extents[..<axis] + [places.count] + extents[(axis + 1)...]))
    }
    let picked = taking(
      scope.constant(HostArray([places.count], places.map { Int32($0 ?? -1) })), axis: axis)
    return value == 0 ? picked : picked.filling(places.map { $0 == nil }, axis: axis, with: value)
  }

  /// The weighted sums of elements along `axis`.
  private func interpolated(_ axis: Int, _ resampling: AxisResampling) -> Tensor {
    let weights = scope.constant(HostArray([resampling.output, resampling.input], resampling.weights()))
    let (outer, inner) = (shape.extents[..<axis], shape.extents[(axis + 1)...])
    let rows = outer.reduce(1, *)
    let product: Tensor
    if inner.reduce(1, *) == 1 {
      product = reshaped([rows, resampling.input]).matmul(weights.transposed)
    } else {
      product = weights.matmul(reshaped([rows, resampling.input, inner.reduce(1, *)]))
    }
    let result = product.reshaped(Shape(outer + [resampling.output] + inner))
    let isOutside = (0..<resampling.output).map { resampling.source($0) == nil }
    return resampling.extrapolation == 0
      ? result : result.filling(isOutside, axis: axis, with: resampling.extrapolation)
  }

  /// One value put in at the places along `axis` that are marked.
  private func filling(_ isMarked: [Bool], axis: Int, with value: Double) -> Tensor {
    guard isMarked.contains(true) else { return self }
    let trailing = [Int](repeating: 1, count: rank - axis - 1)
    let marks = scope.constant(HostArray(Shape([isMarked.count] + trailing), isMarked))
    let filler = scope.full([], value).cast(to: element)
    return marks.select(filler, self)
  }
}
