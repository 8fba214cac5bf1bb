/// An array of bytes in the IDX format: the form in which MNIST and its relatives are published.
///
/// A file is two zero bytes, a code for the element type, the number of dimensions, the dimensions as
/// big-endian 32-bit integers, outermost first, and the elements. Only unsigned bytes are accepted, and only
/// files whose length is exactly what their header says.
public struct IDXFile: Hashable, Sendable {
  /// The name that errors give to the file.
  public let name: String

  /// The dimensions, outermost first; none is zero.
  public let shape: [Int]

  /// The elements, the last dimension contiguous.
  public let elements: [UInt8]

  /// Parses a whole file.
  ///
  /// The header is checked against the length before anything is allocated, so memory is bounded by the length
  /// of `contents` whatever they say.
  ///
  /// - Parameters:
  ///   - contents: Every byte of the file.
  ///   - name: The name that errors give to the file.
  /// - Throws: ``IDXError`` at the first byte that is not what the format asks for.
  public init(_ contents: [UInt8], name: String) throws(IDXError) {
    let rank = try Self.rank(in: contents, name)
    let shape = try Self.shape(in: contents, rank: rank, name)
    let start = Self.fixedHeader + 4 * rank
    try Self.checkLength(of: contents, from: start, against: shape, name)
    self.name = name
    self.shape = shape
    self.elements = Array(contents[start...])
  }

  /// Bytes before the dimensions.
  private static let fixedHeader = 4

  /// The code of the element type "unsigned byte".
  private static let unsignedByte: UInt8 = 0x08

  private static func rank(in contents: [UInt8], _ name: String) throws(IDXError) -> Int {
    guard contents.count >= fixedHeader else {
      throw IDXError(name, at: contents.count, .truncatedHeader(bytes: fixedHeader))
    }
    for offset in 0..<2 where contents[offset] != 0 {
      throw IDXError(name, at: offset, .notIDX(found: contents[offset]))
    }
    guard contents[2] == unsignedByte else {
      throw IDXError(name, at: 2, .unsupportedElement(code: contents[2]))
    }
    guard contents[3] > 0 else { throw IDXError(name, at: 3, .noDimensions) }
    return Int(contents[3])
  }

  private static func shape(in contents: [UInt8], rank: Int, _ name: String) throws(IDXError) -> [Int] {
    let end = fixedHeader + 4 * rank
    guard contents.count >= end else {
      throw IDXError(name, at: contents.count, .truncatedHeader(bytes: end))
    }
    var shape: [Int] = []
    for offset in stride(from: fixedHeader, to: end, by: 4) {
      let extent = contents[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      guard extent > 0 else { throw IDXError(name, at: offset, .emptyDimension(axis: shape.count)) }
      shape.append(extent)
    }
    return shape
  }

  private static func checkLength(
    of contents: [UInt8], from start: Int, against shape: [Int], _ name: String
  ) throws(IDXError) {
    let present = contents.count - start
    var declared = 1
    for extent in shape {
      let (product, overflow) = declared.multipliedReportingOverflow(by: extent)
      // No dimension is zero, so a partial product that is too large only grows.
      guard !overflow, product <= present else {
        throw IDXError(name, at: contents.count, .truncatedElements(shape: shape, present: present))
      }
      declared = product
    }
    guard declared == present else {
      throw IDXError(name, at: start + declared, .trailingBytes(count: present - declared))
    }
  }
}
