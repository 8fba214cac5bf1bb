public import ArrayFiles

extension ONNXModel {
  /// A value that the model takes or gives.
  public struct Port: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let name: String
    /// What the elements are in the file's terms.
    public let element: ArrayElement
    /// The extents; nil where the file does not even say how many there are.
    public let extents: [Extent]?

    /// The element type and the extents, as in `float32[N, 3, 32, 32]`.
    public var description: String {
      element.rawValue
        + (extents.map { "[" + $0.map(\.description).joined(separator: ", ") + "]" } ?? "[...]")
    }
  }

  /// How many elements lie along an axis, as far as the file says.
  public enum Extent: Hashable, Sendable, CustomStringConvertible {
    /// This many.
    case fixed(Int)
    /// Any number, which has a name.
    case symbolic(String)
    /// Any number.
    case unknown

    /// The number, or nil where any is taken.
    public var count: Int? { if case .fixed(let count) = self { count } else { nil } }

    /// The number, the name, or "?".
    public var description: String {
      switch self {
      case .fixed(let count): "\(count)"
      case .symbolic(let name): name
      case .unknown: "?"
      }
    }
  }
}

extension ONNXModel.Port {
  /// Reads a port.
  ///
  /// - Parameter kind: "input" or "output", for errors.
  init(_ proto: ValueInfoProto, _ kind: String, _ path: String) throws(FileError) {
    let place = "\(kind) '\(proto.name)'"
    guard !proto.name.isEmpty else { throw FileError(path, at: kind, "it has no name") }
    guard proto.hasType, proto.type.hasTensorType else {
      throw FileError(path, at: place, "only tensors are supported, and it is none")
    }
    let type = proto.type.tensorType
    name = proto.name
    do {
      element = try ArrayElement(onnx: type.elemType)
      extents = type.hasShape ? try type.shape.dim.map(ONNXModel.Extent.init) : nil
      try extents?.checkCount()
    } catch {
      throw FileError(path, at: place, "\(error)")
    }
  }
}

extension ONNXModel.Extent {
  fileprivate init(_ proto: TensorShapeProto.Dimension) throws {
    switch proto.value {
    case .dimValue(let count):
      // Some exporters write -1 or 0 for an axis of any extent.
      guard count <= StoredArray.maximumCount else {
        throw ImportError("no tensor has an extent of \(count)")
      }
      self = count > 0 ? .fixed(Int(count)) : .unknown
    case .dimParam(let name): self = name.isEmpty ? .unknown : .symbolic(name)
    case nil: self = .unknown
    }
  }
}

extension [ONNXModel.Extent] {
  /// Refuses more elements than a tensor may have, whatever the open extents are.
  fileprivate func checkCount() throws {
    let count = reduce(1) { count, extent in
      let (product, overflows) = count.multipliedReportingOverflow(by: extent.count ?? 1)
      return overflows ? .max : product
    }
    guard count <= StoredArray.maximumCount else { throw ImportError("no tensor has the shape \(self)") }
  }
}
