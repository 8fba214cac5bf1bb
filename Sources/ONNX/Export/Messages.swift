internal import Compute
internal import Foundation

extension AttributeProto {
  init(_ name: String, _ value: AttributeValue) {
    self.init()
    self.name = name
    switch value {
    case .integer(let number):
      type = .int
      i = Int64(number)
    case .integers(let numbers):
      type = .ints
      ints = numbers.map(Int64.init)
    case .float(let number):
      type = .float
      f = Float(number)
    case .text(let text):
      type = .string
      s = Data(text.utf8)
    }
  }
}

extension ElementType {
  /// How ONNX numbers this element type.
  var dataType: TensorProto.DataType {
    switch self {
    case .float32: .float
    case .int32: .int32
    case .uint8: .uint8
    case .bool: .bool
    }
  }
}

extension TensorProto {
  init(_ array: HostArray, named name: String) {
    self.init()
    self.name = name
    dims = array.shape.extents.map(Int64.init)
    dataType = Int32(array.type.element.dataType.rawValue)
    rawData = Data(array.bytes)
  }

  init(integers: [Int], shape: [Int], named name: String) {
    self.init()
    self.name = name
    dims = shape.map(Int64.init)
    dataType = Int32(TensorProto.DataType.int64.rawValue)
    rawData = Data(
      integers.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } })
  }
}

extension ValueInfoProto {
  /// A port; an axis that counts samples is called "N", an extent that is computed from their number stays
  /// open.
  init(_ name: String, _ type: OpenType) {
    self.init()
    self.name = name
    self.type.tensorType.elemType = Int32(type.element.dataType.rawValue)
    self.type.tensorType.shape = TensorShapeProto()
    self.type.tensorType.shape.dim = type.extents.map { extent in
      var dimension = TensorShapeProto.Dimension()
      if let known = extent.known {
        dimension.dimValue = Int64(known)
      } else if extent == .batch {
        dimension.dimParam = "N"
      }
      return dimension
    }
  }
}
