/// The extents of a tensor, outermost axis first; a scalar has none.
public struct Shape: Hashable, Sendable {
  /// The extent of each axis, 0 or more.
  public var extents: [Int]

  /// Makes a shape of these extents.
  public init(_ extents: [Int]) { self.extents = extents }

  /// The shape of a scalar.
  public static var scalar: Shape { Shape([]) }

  /// The number of axes.
  public var rank: Int { extents.count }

  /// The number of elements: the product of the extents, or `Int.max` where that does not fit.
  public var count: Int {
    extents.reduce(1) { product, extent in
      let (next, overflows) = product.multipliedReportingOverflow(by: extent)
      return overflows ? .max : next
    }
  }

  /// The most axes a tensor may have, which is what kernels iterate over.
  static let maximumRank = 8
  /// The most elements a tensor may have, so that kernels can count them in 32 bits.
  static let maximumCount = (1 << 31) - (1 << 13)

  /// The extent of one axis.
  public subscript(axis: Int) -> Int {
    get { extents[axis] }
    set { extents[axis] = newValue }
  }

  /// The distance in elements between neighbours along each axis of a dense row-major layout.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  /// This shape with `extent` put in before `axis`.
  func inserting(_ extent: Int, at axis: Int) -> Shape {
    var result = extents
    result.insert(extent, at: axis)
    return Shape(result)
  }

  /// This shape with the given axes set to 1.
  func keeping(_ axes: [Int]) -> Shape {
    var result = self
    for axis in axes { result[axis] = 1 }
    return result
  }

  /// The extents of `axes`, in their order.
  func selecting(_ axes: [Int]) -> Shape { Shape(axes.map { extents[$0] }) }
}

extension Shape: Codable {
  /// Reads the list of extents.
  ///
  /// - Throws: `DecodingError` for extents that no tensor can have.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    extents = try container.decode([Int].self)
    let count = extents.reduce(Optional(1)) { count, extent in
      guard let product = count?.multipliedReportingOverflow(by: extent), extent >= 0, !product.overflow
      else {
        return nil
      }
      return product.partialValue
    }
    guard let count, count <= Shape.maximumCount else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no tensor has the shape \(self)")
    }
  }

  /// Saves the list of extents.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(extents)
  }
}

extension Shape: ExpressibleByArrayLiteral {
  /// Makes a shape of the listed extents.
  public init(arrayLiteral elements: Int...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
  /// The extents in brackets, as in `[8, 3, 32, 32]`.
  public var description: String { "[" + extents.map(String.init).joined(separator: ", ") + "]" }
}

extension Shape {
  /// The shape both operands stretch to when axes are aligned at the innermost one and an extent of 1 repeats.
  ///
  /// - Returns: nil where two extents differ and neither is 1.
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    if a == b { return a }
    let (wide, narrow) = a.rank < b.rank ? (b, a) : (a, b)
    var extents = wide.extents
    let missing = wide.rank - narrow.rank
    for (axis, extent) in narrow.extents.enumerated() {
      let own = extents[missing + axis]
      guard own == extent || own == 1 || extent == 1 else { return nil }
      if own == 1 { extents[missing + axis] = extent }
    }
    return Shape(extents)
  }
}
