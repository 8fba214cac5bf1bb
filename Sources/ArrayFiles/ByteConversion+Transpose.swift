extension ByteConversion {
  /// The elements of an array whose first axis is contiguous, with the last axis contiguous instead.
  static func rowMajor(_ bytes: [UInt8], size: Int, columnMajor shape: [Int]) -> [UInt8] {
    switch size {
    case 2: self.bytes(of: transposed(map(bytes, UInt16.self, \.self), shape), \.self)
    case 4: self.bytes(of: transposed(map(bytes, UInt32.self, \.self), shape), \.self)
    case 8: self.bytes(of: transposed(map(bytes, UInt64.self, \.self), shape), \.self)
    default: transposed(bytes, shape)
    }
  }

  @inline(__always)
  private static func transposed<Element>(_ elements: [Element], _ shape: [Int]) -> [Element] {
    guard !elements.isEmpty, let width = shape.last else { return elements }
    let outer = shape.dropLast()
    // The distance in the source between neighbours along the last axis.
    let step = elements.count / width
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    var index = [Int](repeating: 0, count: outer.count)
    var start = 0
    for _ in 0..<step {
      for column in 0..<width { result.append(elements[start + column * step]) }
      start = advance(&index, start, outer)
    }
    return result
  }

  /// Moves to the next row in row-major order.
  ///
  /// - Returns: Where that row begins in the source.
  private static func advance(_ index: inout [Int], _ start: Int, _ shape: ArraySlice<Int>) -> Int {
    var start = start
    var stride = shape.reduce(1, *)
    for axis in shape.indices.reversed() {
      stride /= shape[axis]
      index[axis] += 1
      start += stride
      guard index[axis] == shape[axis] else { break }
      index[axis] = 0
      start -= shape[axis] * stride
    }
    return start
  }
}
