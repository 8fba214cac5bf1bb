internal import ArrayFiles
internal import Compute

extension StoredArray {
  /// The elements as tensors hold them: integers are moved to the nearest `int32`, such as the 2^63 - 1 that stands for
  /// "to the end" in slices.
  var traced: HostArray {
    switch element.traced {
    case .float32: float32()
    case .int32: HostArray(Shape(shape), integers.map { Int32(clamping: $0) })
    case .uint8, .bool: HostArray(Shape(shape), integers.map { $0 != 0 })
    }
  }

  /// The elements as a constant, which takes no memory where they are all the same.
  func constant(in scope: Scope) -> Tensor {
    let size = element.size
    guard let first = count > 0 ? Array(bytes[..<size]) : nil,
      bytes.indices.allSatisfy({ bytes[$0] == first[$0 % size] })
    else { return scope.constant(traced) }
    let value = StoredArray(shape: [1], element: element, bytes: first).traced
    return scope.full(Shape(shape), ReferenceArray(value).values[0], element.traced)
  }

  /// Stores what the interpreter computed.
  init(_ array: ReferenceArray, as element: ArrayElement) {
    self.init(shape: array.shape.extents, doubles: array.values, as: element)
  }
}
