internal import ArrayFiles

extension NodeAttribute {
  /// The value of an attribute in a model's file.
  ///
  /// Files of old versions do not say which kind an attribute is; then the field that is set does.
  init(_ proto: AttributeProto, folder: ModelFolder?) throws {
    switch proto.kind {
    case .int: self = .integer(proto.i)
    case .float: self = .float(proto.f)
    case .string: self = .string(try Self.text([UInt8](proto.s)))
    case .tensor: self = try Self.tensor(proto.t, folder: folder)
    case .ints: self = .integers(proto.ints)
    case .floats: self = .floats(proto.floats)
    case .strings: self = .strings(try proto.strings.map { try Self.text([UInt8]($0)) })
    case .graph, .graphs: self = .unsupported("a subgraph")
    case .tensors: self = .unsupported("a list of tensors")
    case .sparseTensor, .sparseTensors: self = .unsupported("a sparse tensor")
    case .typeProto, .typeProtos: self = .unsupported("a type")
    case .undefined, .UNRECOGNIZED: throw ImportError("attribute '\(proto.name)' has no value")
    }
  }

  private static func tensor(_ proto: TensorProto, folder: ModelFolder?) throws -> NodeAttribute {
    guard proto.dataType != TensorProto.DataType.string.rawValue else {
      return .unsupported("a tensor of texts")
    }
    return .tensor(try StoredArray(proto, folder: folder))
  }

  private static func text(_ bytes: [UInt8]) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ImportError("a text is not UTF-8")
    }
    return text
  }
}

extension AttributeProto {
  fileprivate var kind: AttributeType {
    if type != .undefined { return type }
    if hasF { return .float }
    if hasI { return .int }
    if hasS { return .string }
    if hasT { return .tensor }
    if hasG { return .graph }
    if !floats.isEmpty { return .floats }
    if !ints.isEmpty { return .ints }
    return strings.isEmpty ? .undefined : .strings
  }
}
