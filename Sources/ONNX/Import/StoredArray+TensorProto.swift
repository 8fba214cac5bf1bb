internal import ArrayFiles

extension StoredArray {
  /// The elements of a tensor in a model's file.
  ///
  /// - Parameter folder: Where files with external data lie; nil where there can be none.
  /// - Throws: ``ImportError`` for a shape that no tensor has, an unknown element type, or data of another size.
  init(_ proto: TensorProto, folder: ModelFolder?) throws {
    let shape = try proto.checkedShape()
    let element = try ArrayElement(onnx: proto.dataType)
    let count = shape.reduce(1, *)
    let bytes: [UInt8]
    if proto.dataLocation == .external || !proto.externalData.isEmpty {
      bytes = try ExternalData(proto.externalData).bytes(in: folder, expecting: count * element.size)
    } else if !proto.rawData.isEmpty {
      bytes = [UInt8](proto.rawData)
    } else {
      bytes = try proto.listedBytes(element)
    }
    guard bytes.count == count * element.size else {
      throw ImportError(
        "\(bytes.count) bytes of data do not make \(element.rawValue)\(shape), which takes \(count * element.size)"
      )
    }
    if element == .bool, bytes.contains(where: { $0 > 1 }) {
      throw ImportError("a truth value is neither 0 nor 1")
    }
    self.init(shape: shape, element: element, bytes: bytes)
  }

  /// The most elements a tensor may have.
  static let maximumCount = (1 << 31) - (1 << 13)
}

extension TensorProto {
  /// The extents, whose product is small enough for a tensor.
  fileprivate func checkedShape() throws -> [Int] {
    var count = 1
    for extent in dims {
      let (product, overflows) = count.multipliedReportingOverflow(by: Int(max(extent, 1)))
      guard extent >= 0, !overflows, product <= StoredArray.maximumCount else {
        throw ImportError("no tensor has the shape \(dims)")
      }
      count = product
    }
    return dims.map(Int.init)
  }

  /// The elements that are written one by one, little-endian.
  fileprivate func listedBytes(_ element: ArrayElement) throws -> [UInt8] {
    switch element {
    case .float32: floatData.flatMap { littleEndianBytes($0.bitPattern) }
    case .float64: doubleData.flatMap { littleEndianBytes($0.bitPattern) }
    case .int64: int64Data.flatMap { littleEndianBytes($0) }
    case .uint64: uint64Data.flatMap { littleEndianBytes($0) }
    case .uint32:
      try uint64Data.flatMap { littleEndianBytes(try narrowed($0) as UInt32) }
    case .int32: int32Data.flatMap { littleEndianBytes($0) }
    case .int16: try int32Data.flatMap { littleEndianBytes(try narrowed($0) as Int16) }
    case .uint16, .float16, .bfloat16:
      try int32Data.flatMap { littleEndianBytes(try narrowed($0) as UInt16) }
    case .int8: try int32Data.map { UInt8(bitPattern: try narrowed($0)) }
    case .uint8, .bool: try int32Data.map { try narrowed($0) }
    }
  }

  private func narrowed<Narrow: FixedWidthInteger>(_ value: some FixedWidthInteger) throws -> Narrow {
    guard let narrow = Narrow(exactly: value) else {
      throw ImportError("\(value) is no value of the element type")
    }
    return narrow
  }
}

/// The bytes of an integer, lowest first.
private func littleEndianBytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  (0..<(Value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
