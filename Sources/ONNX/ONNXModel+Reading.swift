internal import ArrayFiles
internal import SwiftProtobuf

extension ONNXModel {
  /// Reads a file.
  ///
  /// - Throws: `FileError` naming the file and the place: what cannot be read or is cut short, a value that is defined
  ///   twice or not at all, nodes in a cycle, data that does not fit its shape, a number that is not finite, an
  ///   operator set that is not supported.
  public init(contentsOf path: String) throws {
    let bytes = try InputFile(path).read()
    try self.init(bytes: bytes, path: path, in: ModelFolder(of: path))
  }

  /// Reads a file's bytes.
  ///
  /// - Parameters:
  ///   - path: What errors call the file.
  ///   - folder: Where files with external data lie; nil where there are none.
  /// - Throws: `FileError` as ``init(contentsOf:)`` does.
  public init(bytes: [UInt8], path: String, folder: String? = nil) throws {
    try self.init(bytes: bytes, path: path, in: folder.map { ModelFolder($0) })
  }

  private init(bytes: [UInt8], path: String, in folder: ModelFolder?) throws {
    guard !bytes.isEmpty else { throw FileError(path, "the file is empty") }
    var proto: ModelProto
    do {
      proto = try ModelProto(serializedBytes: bytes)
    } catch {
      throw DamageFinder.error(bytes, path, .model)
    }
    proto.prepareNames()
    let versions = ImportedNode.versions(proto.opsetImport)
    // A file may use other domains alone, whose nodes are then named one by one.
    guard let opset = versions[""] ?? (proto.usesOtherDomainsAlone ? Self.opsets.lowerBound : nil) else {
      throw FileError(path, "the model does not say which operator set it uses; the file may be cut short")
    }
    guard Self.opsets.contains(opset) else {
      let (first, last) = (Self.opsets.lowerBound, Self.opsets.upperBound)
      throw FileError(
        path, "operator set \(opset) is not known, \(first) to \(last) are; export the model for one of them")
    }
    graph = try ImportedGraph(proto, path: path, folder: folder, versions: versions)
    self.path = path
    irVersion = Int(proto.irVersion)
    self.opset = opset
    producer = [proto.producerName, proto.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension ModelProto {
  fileprivate var usesOtherDomainsAlone: Bool {
    !opsetImport.isEmpty && !graph.node.isEmpty
      && graph.node.allSatisfy { !ImportedNode.canonical($0.domain).isEmpty }
  }
}

extension ImportedNode {
  /// The version of each domain.
  static func versions(_ sets: [OperatorSetIdProto]) -> [String: Int] {
    sets.reduce(into: [:]) { $0[canonical($1.domain)] = Int($1.version) }
  }
}
