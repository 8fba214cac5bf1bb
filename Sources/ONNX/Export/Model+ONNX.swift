internal import ArrayFiles
public import Networks
internal import SwiftProtobuf

extension Model {
  /// This model in inference mode as an ONNX file of opset 17, with its parameters under their names.
  ///
  /// Groups of operations that have a name of their own become one operator; everything else is written as
  /// the model computes it. Extents that a port leaves open are called "N" and are the same number in all
  /// ports. What parameters are for is kept in the file's metadata. Equal models give equal bytes.
  ///
  /// - Parameter name: The name of the graph, which viewers show.
  /// - Returns: The bytes of a `ModelProto`.
  /// - Throws: ``ExportError`` for what ONNX cannot express, such as random bits; what tracing the model
  ///   throws.
  public func onnx(named name: String = "model") throws -> [UInt8] {
    var file = ModelProto()
    file.irVersion = 8
    file.producerName = "tremor"
    var operators = OperatorSetIdProto()
    operators.version = 17
    file.opsetImport = [operators]
    file.graph = try OpenGraph(self).written(self, named: name)
    file.metadataProps = Parameter.Role.written(parameters)
    return try file.serializedBytes()
  }

  /// Writes this model to an ONNX file, as ``onnx(named:)`` gives it; what had that name before is replaced
  /// at the end.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: The name of the graph, which viewers show.
  /// - Throws: `FileError` where the file cannot be written, before the model is traced; what
  ///   ``onnx(named:)`` throws.
  public func writeONNX(to path: String, named name: String = "model") throws {
    var file = try OutputFile(path)
    try file.write(onnx(named: name))
    try file.commit()
  }
}
