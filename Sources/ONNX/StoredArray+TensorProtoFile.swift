public import ArrayFiles
internal import Foundation
internal import SwiftProtobuf

extension StoredArray {
  /// Reads a file that holds one tensor in ONNX's format (`.pb`).
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - path: What errors call it.
  /// - Throws: `FileError` for damaged bytes, unknown element types, and data that does not fit the shape.
  public init(tensorProto bytes: [UInt8], path: String) throws {
    let proto: TensorProto
    do {
      proto = try TensorProto(serializedBytes: bytes)
    } catch {
      throw DamageFinder.error(bytes, path, .tensor)
    }
    do {
      try self.init(proto, folder: nil)
    } catch {
      throw FileError(path, at: proto.name.isEmpty ? nil : "tensor '\(proto.name)'", "\(error)")
    }
  }

  /// The bytes of a file that holds this array as a tensor in ONNX's format (`.pb`).
  ///
  /// - Parameter name: The tensor's name.
  public func tensorProto(name: String = "") throws -> [UInt8] {
    try TensorProto(self, name: name).serializedBytes()
  }
}

extension TensorProto {
  /// A tensor with the elements of `array`.
  init(_ array: StoredArray, name: String) {
    self.init()
    self.name = name
    dims = array.shape.map(Int64.init)
    dataType = Int32(array.element.onnxCode.rawValue)
    rawData = Data(array.bytes)
  }
}
