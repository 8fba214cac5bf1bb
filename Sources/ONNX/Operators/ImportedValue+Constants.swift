import ArrayFiles
import Compute

extension ImportedValue {
  /// A value whose elements are known.
  init(constant array: StoredArray, in scope: Scope) {
    self.init(array.constant(in: scope), array.element, known: array)
  }

  /// A vector of 64-bit integers, as shapes are.
  init(integers: [Int], in scope: Scope) {
    let stored = StoredArray(shape: [integers.count], integers: integers.map(Int64.init), as: .int64)
    self.init(constant: stored, in: scope)
  }
}

extension Tensor {
  /// These integers as a type of 8 or 16 bits holds them: what lies outside wraps around.
  ///
  /// Types of 32 bits wrap by themselves; those of 64 bits are traced as 32, which sane models do not exceed.
  func wrapped(as element: ArrayElement) -> Tensor {
    switch element {
    case .uint8: self && scope.full([], 0xFF, .int32)
    case .uint16: self && scope.full([], 0xFFFF, .int32)
    case .int8: ((self + 0x80) && scope.full([], 0xFF, .int32)) - 0x80
    case .int16: ((self + 0x8000) && scope.full([], 0xFFFF, .int32)) - 0x8000
    case .bool, .int32, .int64, .uint32, .uint64, .float16, .bfloat16, .float32, .float64: self
    }
  }
}
