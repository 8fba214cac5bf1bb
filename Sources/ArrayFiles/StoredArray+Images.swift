public import Compute

extension StoredArray {
  /// The elements as what a model takes: bytes divided by 255, so that they lie in 0...1, floats as they are.
  ///
  /// - Returns: float32 of the same shape, each element rounded once; nil for other element types, which have
  ///   no agreed range.
  public func modelInputs() -> HostArray? {
    switch element {
    case .uint8: unitRange.float32()
    case .float16, .bfloat16, .float32, .float64: float32()
    case .bool, .int8, .int16, .int32, .int64, .uint16, .uint32, .uint64: nil
    }
  }
}
