/// Bytes of elements, put into the order that ``StoredArray`` has.
enum ByteOrder {
  /// The bytes with those of each group of `size` in the opposite order.
  static func swapped(_ bytes: [UInt8], size: Int) -> [UInt8] {
    guard size > 1 else { return bytes }
    var result = bytes
    for start in stride(from: 0, to: bytes.count, by: size) {
      for offset in 0..<size { result[start + offset] = bytes[start + size - 1 - offset] }
    }
    return result
  }

  /// The elements of an array whose first axis is contiguous, with the last axis contiguous instead.
  static func rowMajor(_ bytes: [UInt8], size: Int, columnMajor shape: [Int]) -> [UInt8] {
    guard !bytes.isEmpty, shape.count > 1, let width = shape.last else { return bytes }
    let outer = shape.dropLast()
    // The distance in the source between neighbours along the last axis.
    let step = bytes.count / width
    var result = bytes
    var index = [Int](repeating: 0, count: outer.count)
    var (source, target) = (0, 0)
    for _ in 0..<step / size {
      for column in 0..<width {
        for offset in 0..<size { result[target + offset] = bytes[source + column * step + offset] }
        target += size
      }
      source = advance(&index, source, outer, size)
    }
    return result
  }

  /// Moves to the next row in row-major order.
  ///
  /// - Returns: Where that row begins in the source.
  private static func advance(
    _ index: inout [Int], _ start: Int, _ shape: ArraySlice<Int>, _ size: Int
  ) -> Int {
    var start = start
    var stride = shape.reduce(size, *)
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
