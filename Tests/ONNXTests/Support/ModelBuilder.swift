import ArrayFiles
import Foundation
import SwiftProtobuf

@testable import ONNX

/// Writes small models, right and wrong ones.
struct ModelBuilder {
  var proto = ModelProto()

  init(opset: Int64 = 17) {
    proto.irVersion = 8
    proto.opsetImport = [OperatorSetIdProto()]
    proto.opsetImport[0].version = opset
    proto.graph.name = "test"
  }

  func bytes() throws -> [UInt8] { try proto.serializedBytes() }
  func model() throws -> ONNXModel { try ONNXModel(bytes: try bytes(), path: "test.onnx") }

  /// A float port; nil stands for any extent, a number for itself, a text for a name.
  mutating func input(_ name: String, _ extents: [Any?]) {
    proto.graph.input.append(Self.port(name, extents))
  }
  mutating func output(_ name: String, _ extents: [Any?]) {
    proto.graph.output.append(Self.port(name, extents))
  }

  mutating func weight(_ name: String, _ shape: [Int], _ values: [Float]) {
    var tensor = TensorProto()
    tensor.name = name
    tensor.dims = shape.map(Int64.init)
    tensor.dataType = 1
    tensor.floatData = values
    proto.graph.initializer.append(tensor)
  }

  mutating func integers(_ name: String, _ values: [Int64]) {
    var tensor = TensorProto()
    tensor.name = name
    tensor.dims = [Int64(values.count)]
    tensor.dataType = 7
    tensor.int64Data = values
    proto.graph.initializer.append(tensor)
  }

  mutating func node(
    _ type: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
    integers: [String: Int64] = [:]
  ) {
    var node = NodeProto()
    (node.opType, node.input, node.output) = (type, inputs, outputs)
    (node.name, node.domain) = (name, domain)
    for (name, value) in integers.sorted(by: { $0.key < $1.key }) {
      var attribute = AttributeProto()
      (attribute.name, attribute.type, attribute.i) = (name, .int, value)
      node.attribute.append(attribute)
    }
    proto.graph.node.append(node)
  }

  private static func port(_ name: String, _ extents: [Any?]) -> ValueInfoProto {
    var port = ValueInfoProto()
    port.name = name
    port.type.tensorType.elemType = 1
    port.type.tensorType.shape.dim = extents.map { extent in
      var dimension = TensorShapeProto.Dimension()
      if let count = extent as? Int { dimension.dimValue = Int64(count) }
      if let symbol = extent as? String { dimension.dimParam = symbol }
      return dimension
    }
    return port
  }

  /// A product with a weight and a ReLU, for any batch.
  static func small() -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 3])
    builder.weight("w", [2, 3], [1, 2, 3, 4, 5, 6])
    builder.node("MatMul", ["x", "w"], ["h"], name: "product")
    builder.node("Relu", ["h"], ["y"], name: "active")
    return builder
  }
}
