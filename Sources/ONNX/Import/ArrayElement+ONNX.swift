internal import ArrayFiles
internal import Compute

extension ArrayElement {
  /// The element type of this code.
  ///
  /// - Throws: ``ImportError`` for codes that stand for texts, complex numbers and numbers of 8 bits or less.
  init(onnx code: Int32) throws {
    guard let found = ArrayElement.allCases.first(where: { $0.onnxCode.rawValue == Int(code) }) else {
      throw ImportError("elements of type \(Self.name(code)) are not supported" + Self.advice(code))
    }
    self = found
  }

  private static let small = [
    17: "float8e4m3fn", 18: "float8e4m3fnuz", 19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4", 22: "int4",
    23: "float4e2m1", 24: "float8e8m0", 25: "uint2", 26: "int2",
  ]

  private static func name(_ code: Int32) -> String {
    if let name = small[Int(code)] { return name }
    return TensorProto.DataType(rawValue: Int(code)).map { "\($0)" } ?? "number \(code)"
  }

  private static func advice(_ code: Int32) -> String {
    small[Int(code)] == nil ? "" : "; store the model with 8-bit integers or 16-bit floating-point numbers"
  }

  /// The code in files.
  var onnxCode: TensorProto.DataType {
    switch self {
    case .bool: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .float32: .float
    case .float64: .double
    }
  }

  /// The element type of the tensor that stands for an array of this one.
  var traced: ElementType {
    switch self {
    case .bool: .bool
    case .float16, .bfloat16, .float32, .float64: .float32
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: .int32
    }
  }
}
