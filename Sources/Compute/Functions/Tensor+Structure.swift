// Functions that move elements without computing on them.

extension Tensor {
  /// The same elements in row-major order under other extents; one extent may be -1, which takes what is left.
  public func reshaped(_ shape: Shape, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    var target = shape
    if let open = shape.extents.firstIndex(of: -1) {
      let known = shape.extents.filter { $0 != -1 }.reduce(1, *)
      target[open] = known == 0 ? 0 : self.shape.count / known
    }
    if target == self.shape { return self }
    return builder.add(Reshape(shape: target), [self], at: SourceLocation(fileID, line))
  }

  /// All axes from `axis` on joined into one.
  public func flattened(from axis: Int = 1, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    guard axis >= 0, axis <= rank else {
      builder.fail("flattened of \(type): there is no axis \(axis)", at: SourceLocation(fileID, line))
      return self
    }
    return reshaped(Shape(Array(shape.extents[..<axis]) + [shape.extents[axis...].reduce(1, *)]))
  }

  /// The axes in another order.
  ///
  /// - Parameter permutation: For each axis of the result, the axis it is here.
  public func transposed(
    _ permutation: [Int], fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    if permutation == Array(0..<rank) { return self }
    return builder.add(Transpose(permutation: permutation), [self], at: SourceLocation(fileID, line))
  }

  /// The last two axes exchanged.
  public var transposed: Tensor {
    guard rank >= 2 else {
      builder.fail("transposed of \(type): two axes are needed", at: nil)
      return self
    }
    return transposed(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
  }

  /// This tensor repeated to a wider shape: axes are aligned at the innermost one.
  public func broadcast(to shape: Shape, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let own = self.shape
    if shape == own { return self }
    let place = SourceLocation(fileID, line)
    let missing = shape.rank - own.rank
    guard missing >= 0 else {
      builder.fail("broadcast of \(type) to \(shape): the target has fewer axes", at: place)
      return self
    }
    let aligned = missing == 0 ? self : reshaped(Shape([Int](repeating: 1, count: missing) + own.extents))
    return aligned.shape == shape ? aligned : builder.add(Broadcast(shape: shape), [aligned], at: place)
  }

  /// This tensor repeated along a new axis put in before `axis`.
  func expanded(at axis: Int, to extent: Int) -> Tensor {
    expandingAxis(at: axis).broadcast(to: shape.inserting(extent, at: axis))
  }

  /// An axis of extent 1 put in before `axis`; negative axes count from the end of the result.
  public func expandingAxis(at axis: Int, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let place = axis < 0 ? axis + rank + 1 : axis
    guard place >= 0, place <= rank else {
      builder.fail("expandingAxis of \(type): there is no axis \(axis)", at: SourceLocation(fileID, line))
      return self
    }
    return reshaped(shape.inserting(1, at: place))
  }

  /// This tensor without `axis`, whose extent must be 1.
  public func squeezingAxis(at axis: Int, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard let axis = resolved(axis: axis, "squeeze", place) else { return self }
    guard shape[axis] == 1 else {
      builder.fail("squeeze of \(type): axis \(axis) has extent \(shape[axis]), not 1", at: place)
      return self
    }
    var extents = shape.extents
    extents.remove(at: axis)
    return reshaped(Shape(extents))
  }

  /// `count` elements along `axis`, from `start`, every `step`-th.
  public func sliced(
    axis: Int, from start: Int, count: Int, step: Int = 1,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard let axis = resolved(axis: axis, "slice", place) else { return self }
    var starts = [Int](repeating: 0, count: rank)
    var steps = [Int](repeating: 1, count: rank)
    var result = shape
    (starts[axis], steps[axis], result[axis]) = (start, step, count)
    if result == shape, start == 0, step == 1 { return self }
    return builder.add(Slice(starts: starts, shape: result, steps: steps), [self], at: place)
  }

  /// The elements in opposite order along `axes`.
  public func reversed(_ axes: [Int], fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    builder.add(Reverse(axes: axes.map { $0 < 0 ? $0 + rank : $0 }), [self], at: SourceLocation(fileID, line))
  }

  /// Elements of one value put before, after and between the elements, by axis.
  public func padded(
    low: [Int], high: [Int], interior: [Int]? = nil, value: Double = 0,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let interior = interior ?? [Int](repeating: 0, count: low.count)
    if (low + high + interior).allSatisfy({ $0 == 0 }) { return self }
    return builder.add(
      Pad(low: low, high: high, interior: interior, value: value), [self], at: SourceLocation(fileID, line))
  }

  /// What padding repeats from the tensor itself.
  public enum PaddingMode: Sendable {
    /// The elements mirrored at the edge, which is not repeated.
    case reflect
    /// The edge.
    case edge
  }

  /// The tensor continued beyond its edges.
  public func padded(
    low: [Int], high: [Int], mode: PaddingMode, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard low.count == rank, high.count == rank, (low + high).allSatisfy({ $0 >= 0 }) else {
      builder.fail(
        "pad of \(type): \(low) and \(high) must be two numbers, 0 or more, for each axis", at: place)
      return self
    }
    var result = self
    for axis in 0..<rank where low[axis] != 0 || high[axis] != 0 {
      let extent = shape[axis]
      guard extent > 0, mode == .edge || Swift.max(low[axis], high[axis]) < extent else {
        builder.fail(
          "pad of \(type): axis \(axis) is too short to reflect \(Swift.max(low[axis], high[axis]))",
          at: place)
        return self
      }
      let indices = (-low[axis]..<(extent + high[axis])).map { index -> Int32 in
        switch mode {
        case .edge: Int32(Swift.min(Swift.max(index, 0), extent - 1))
        case .reflect: Int32(index < 0 ? -index : index >= extent ? 2 * (extent - 1) - index : index)
        }
      }
      result = result.taking(scope.constant(HostArray([indices.count], indices)), axis: axis)
    }
    return result
  }

  /// The tensors one after the other along `axis`.
  public static func concatenated(
    _ tensors: [Tensor], axis: Int, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    precondition(!tensors.isEmpty, "concatenation of no tensors")
    let first = tensors[0]
    let place = SourceLocation(fileID, line)
    guard let axis = first.resolved(axis: axis, "concatenate", place) else { return first }
    return tensors.count == 1 ? first : first.builder.add(Concatenate(axis: axis), tensors, at: place)
  }

  /// The tensors side by side along a new axis.
  public static func stacked(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
    concatenated(tensors.map { $0.expandingAxis(at: axis) }, axis: axis)
  }
}

extension Tensor {
  /// The slices along `axis` at `indices`; an index outside gives zeros.
  ///
  /// - Parameter indices: `int32` of any shape.
  /// - Returns: This shape with `axis` replaced by the axes of `indices`.
  public func taking(
    _ indices: Tensor, axis: Int, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard let axis = resolved(axis: axis, "taking", place) else { return self }
    let outer = shape.extents[..<axis].reduce(1, *)
    let inner = shape.extents[(axis + 1)...].reduce(1, *)
    let picked = builder.add(
      Gather(), [reshaped([1, outer, shape[axis], inner]), indices.reshaped([1, indices.shape.count])],
      at: place,
      given: [self, indices])
    return picked.reshaped(
      Shape(Array(shape.extents[..<axis]) + indices.shape.extents + Array(shape.extents[(axis + 1)...])))
  }

  /// For each row, the elements along the last axis at that row's indices; an index outside gives 0.
  ///
  /// - Parameter indices: `int32` with this shape except along the last axis.
  /// - Returns: The shape of `indices`.
  public func takingAlongLastAxis(
    _ indices: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    let rows = shape.extents.dropLast().reduce(1, *)
    guard rank >= 1, indices.rank == rank, indices.shape.extents.dropLast() == shape.extents.dropLast() else {
      builder.fail("takingAlongLastAxis of \(type) and \(indices.type): the rows must agree", at: place)
      return self
    }
    let picked = builder.add(
      Gather(),
      [reshaped([rows, 1, shape[rank - 1], 1]), indices.reshaped([rows, indices.shape[rank - 1]])], at: place,
      given: [self, indices])
    return picked.reshaped(indices.shape)
  }

  /// 1 at each index along a new last axis, else 0; an index outside gives zeros.
  ///
  /// - Parameter depth: The extent of the new axis.
  public func oneHot(_ depth: Int, _ element: ElementType = .float32) -> Tensor {
    let target = shape.inserting(depth, at: rank)
    let count = builder.add(Iota(type: TensorType(target, .int32), axis: rank), [])
    return (expandingAxis(at: rank).broadcast(to: target) .== count).cast(to: element)
  }
}
