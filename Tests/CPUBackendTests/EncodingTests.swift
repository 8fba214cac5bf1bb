import CKernels
import Compute
import Testing

/// The encoding of map programs is written down twice, for the host and for kernels; both must say the same.
@Suite struct EncodingTests {
  @Test func opcodesAgree() {
    #expect(Int32(Opcode.allCases.count) == OPCODE_COUNT)
    let named: [(Opcode, Int32)] = [
      (.constant, OP_CONSTANT), (.copy, OP_COPY), (.addF, OP_ADD_F), (.powerF, OP_POW_F), (.reluF, OP_RELU_F),
      (.equalF, OP_EQ_F), (.lessOrEqualF, OP_LE_F), (.addI, OP_ADD_I), (.remainderI, OP_REM_I),
      (.signI, OP_SIGN_I),
      (.lessOrEqualI, OP_LE_I), (.and, OP_AND), (.not, OP_NOT), (.shiftRight, OP_SHIFT_RIGHT),
      (.select, OP_SELECT),
      (.floatOfInt, OP_FLOAT_OF_INT), (.boolOfFloat, OP_BOOL_OF_FLOAT), (.fmaF, OP_FMA_F),
      (.philox, OP_PHILOX), (.tanF, OP_TAN_F), (.asinF, OP_ASIN_F), (.sinhF, OP_SINH_F),
      (.asinhF, OP_ASINH_F),
      (.atanhF, OP_ATANH_F),
    ]
    for (opcode, code) in named { #expect(opcode.rawValue == code, "\(opcode)") }
  }

  @Test func elementsAgree() {
    let named: [(StoredElement, Int32)] = [
      (.float32, ELEMENT_FLOAT32), (.int32, ELEMENT_INT32), (.uint8, ELEMENT_UINT8), (.bool, ELEMENT_BOOL),
      (.bit, ELEMENT_BIT), (.index, ELEMENT_INDEX),
    ]
    for (element, code) in named { #expect(element.rawValue == code, "\(element)") }
  }
}
