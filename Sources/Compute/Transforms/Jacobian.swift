extension Tensor {
  /// Rows of the Jacobian of this tensor, `[N, K]`, with respect to `target`, `[N, ...]`, for each of N samples that
  /// do not depend on each other.
  ///
  /// One forward computation and a batch of cotangents that share what it saved.
  ///
  /// - Parameters:
  ///   - target: What to differentiate with respect to; sample n of this tensor depends on its sample n alone.
  ///   - rows: Which of the K outputs; all when nil.
  /// - Returns: `[N, rows, ...]`, the further axes those of the target's samples.
  public func jacobian(
    withRespectTo target: Tensor, rows: [Int]? = nil, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank == 2, target.rank >= 1, target.shape[0] == shape[0] else {
      builder.fail(
        "jacobian of \(type) with respect to \(target.type): [N, K] and [N, ...] are needed", at: place)
      return target
    }
    let rows = rows ?? Array(0..<shape[1])
    guard rows.allSatisfy({ $0 >= 0 && $0 < shape[1] }) else {
      builder.fail("jacobian of \(type): the rows \(rows) do not all exist", at: place)
      return target
    }
    let chosen = scope.constant(HostArray([rows.count, 1], rows.map(Int32.init)))
    return jacobian(
      target, cotangents: chosen.broadcast(to: [rows.count, shape[0]]).jacobianSeeds(shape[1]), place)
  }

  /// The rows of the Jacobian that `rows` names for each sample, as `int32[N, R]`.
  ///
  /// - Returns: `[N, R, ...]`; zeros for a row that does not exist.
  public func jacobian(
    withRespectTo target: Tensor, rows: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard rank == 2, target.rank >= 1, target.shape[0] == shape[0], rows.rank == 2, rows.shape[0] == shape[0],
      rows.element == .int32
    else {
      builder.fail(
        "jacobian of \(type) with respect to \(target.type), rows \(rows.type): [N, K], [N, ...] and int32[N, R] "
          + "are needed", at: place)
      return target
    }
    return jacobian(target, cotangents: rows.transposed([1, 0]).jacobianSeeds(shape[1]), place)
  }

  private func jacobian(_ target: Tensor, cotangents: Tensor, _ place: SourceLocation) -> Tensor {
    guard element.isDifferentiable, target.element.isDifferentiable else {
      builder.fail(
        "jacobian of \(type) with respect to \(target.type): only float32 has derivatives", at: place)
      return target
    }
    return builder.located(place) {
      let rows = vmap { (cotangent: Tensor) in builder.pullback([self], [cotangent], to: [target])[0] }(
        cotangents)
      return rows.transposed([1, 0] + Array(2..<rows.rank))
    }
  }
}

/// The function that maps `x` to the Jacobian of `function` at `x`: the axes of the result, then those of `x`.
public func jacobian(_ function: @escaping (Tensor) -> Tensor) -> (Tensor) -> Tensor {
  { input in
    let (value, pullback) = vjp(function, at: input)
    let count = value.shape.count
    let basis = value.scope.iota([count], axis: 0).oneHot(count).reshaped(
      Shape([count] + value.shape.extents))
    let rows = vmap { (cotangent: Tensor) in pullback(cotangent) }(basis)
    return rows.reshaped(Shape(value.shape.extents + input.shape.extents))
  }
}
