/// Where an operation takes samples that lie in one axis of an operand.
struct SamplePassage {
  /// Where they lie in the result.
  let output: SampleDigit
  /// Where they have to lie in each operand that knows them; nil for one that must not.
  let operands: [SampleDigit?]

  /// - Parameters:
  ///   - index: The operand that they lie in.
  ///   - digit: Where.
  ///   - shapes: Of all operands.
  /// - Returns: nil where the operation combines what lies along that axis, or moves it in another way.
  init?(_ operation: any Operation, from index: Int, _ digit: SampleDigit, _ shapes: [Shape]) {
    let keeps: Bool
    switch operation {
    case let operation as Transpose:
      guard let axis = operation.permutation.firstIndex(of: digit.axis) else { return nil }
      self.init(output: digit.moved(to: axis), operands: [digit])
      return
    case is Broadcast: keeps = true
    case let operation as Slice:
      keeps = operation.shape[digit.axis] == shapes[0][digit.axis]
    case let operation as Pad:
      keeps = [operation.low, operation.high, operation.interior].allSatisfy { $0[digit.axis] == 0 }
    case let operation as Reverse: keeps = !operation.axes.contains(digit.axis)
    case let operation as Reduce: keeps = !operation.axes.contains(digit.axis)
    case let operation as ArgumentReduce: keeps = operation.axis != digit.axis
    case let operation as CumulativeSum: keeps = operation.axis != digit.axis
    case is TopK: keeps = digit.axis == 0
    case let operation as Concatenate: keeps = operation.axis != digit.axis
    case let operation as WindowSum: keeps = operation.window.keeps(digit.axis)
    case let operation as WindowSpread: keeps = operation.window.keeps(digit.axis)
    case let operation as WindowMaximum: keeps = operation.window.keeps(digit.axis)
    case let operation as WindowGather:
      keeps = operation.window.keeps(digit.axis) && shapes[0][0] == shapes[1][0]
    case let operation as WindowScatter:
      keeps = operation.window.keeps(digit.axis) && shapes[0][0] == shapes[1][0]
    case is Gather:
      self.init(indexing: index, digit)
      return
    case is ScatterAdd:
      // Along I updates are added up, whosever they are.
      guard digit.axis == 0 || index == 0 else { return nil }
      self.init(indexing: index, digit)
      return
    case is MatrixMultiply:
      self.init(product: index, digit, shapes)
      return
    case let operation as Convolution:
      self.init(operation, from: index, digit, shapes)
      return
    default: keeps = false
    }
    guard keeps else { return nil }
    self.init(output: digit, operands: shapes.map { _ in digit })
  }

  private init(output: SampleDigit, operands: [SampleDigit?]) {
    (self.output, self.operands) = (output, operands)
  }

  /// `[B, P, A, Q]` and indices `[B, I]`: B is common, P and Q are the operand's, I the indices'.
  private init?(indexing index: Int, _ digit: SampleDigit) {
    switch (index, digit.axis) {
    case (_, 0): self.init(output: digit, operands: [digit, digit])
    case (0, 1), (0, 3): self.init(output: digit, operands: [digit, nil])
    case (1, 1): self.init(output: digit.moved(to: 2), operands: [nil, digit])
    default: return nil
    }
  }

  /// `[B, M, K]` and `[B, K, N]`: rows are the first matrix's, columns the second's.
  private init?(product index: Int, _ digit: SampleDigit, _ shapes: [Shape]) {
    switch (index, digit.axis) {
    case (_, 0):
      self.init(output: digit, operands: shapes.map { $0[0] == 1 ? nil : digit })
    case (0, 1): self.init(output: digit, operands: [digit, nil])
    case (1, 2): self.init(output: digit, operands: [nil, digit])
    default: return nil
    }
  }

  /// Images, or places that a kernel of one tap visits one by one; groups of channels with weights of their own.
  private init?(_ operation: Convolution, from index: Int, _ digit: SampleDigit, _ shapes: [Shape]) {
    let (geometry, weight) = (operation.geometry, shapes[1])
    guard operation.role != .weight else { return nil }
    guard index == 0, digit.axis != 0 else {
      if index == 0 { self.init(output: digit, operands: [digit, nil]) } else { return nil }
      return
    }
    if digit.axis == 1 {
      // Channels of a group and their results; an adjoint takes the results and gives the channels.
      let (channels, results) = (weight[1], weight[0] / max(1, geometry.groups))
      let (from, to) = operation.role == .output ? (channels, results) : (results, channels)
      guard from > 0, digit.inner % from == 0 else { return nil }
      let groups = digit.inner / from
      let kernels = SampleDigit(axis: 0, inner: groups * results)
      self.init(output: SampleDigit(axis: 1, inner: groups * to), operands: [digit, kernels])
      return
    }
    let axis = digit.axis - 2
    guard weight[digit.axis] == 1, geometry.stride[axis] == 1, geometry.low[axis] == 0,
      geometry.high[axis] == 0
    else { return nil }
    self.init(output: digit, operands: [digit, nil])
  }
}

extension WindowGeometry {
  /// Whether windows have one place each along an axis of `[M, H, W]`.
  fileprivate func keeps(_ axis: Int) -> Bool {
    guard axis > 0 else { return true }
    return extents[axis - 1] == 1 && stride[axis - 1] == 1 && low[axis - 1] == 0 && high[axis - 1] == 0
  }
}
