/// What is wrong with an IDX file, and where.
public struct IDXError: Error, Hashable, Sendable {
  /// The ways in which a file can be malformed.
  public enum Problem: Hashable, Sendable {
    /// The file ends inside its header, which is this many bytes long.
    case truncatedHeader(bytes: Int)
    /// The file does not begin with two zero bytes.
    case notIDX(found: UInt8)
    /// The elements are not unsigned bytes.
    case unsupportedElement(code: UInt8)
    /// The file declares no dimensions.
    case noDimensions
    /// A dimension is zero.
    case emptyDimension(axis: Int)
    /// The dimensions declare more elements than the file holds.
    case truncatedElements(shape: [Int], present: Int)
    /// The file goes on behind its last element.
    case trailingBytes(count: Int)
  }

  /// The name of the file.
  public let file: String

  /// The first byte that is wrong or missing, counted from 0.
  public let offset: Int

  /// What is wrong there.
  public let problem: Problem

  init(_ file: String, at offset: Int, _ problem: Problem) {
    self.file = file
    self.offset = offset
    self.problem = problem
  }
}

extension IDXError: CustomStringConvertible {
  /// One line that names the file, the byte and the problem.
  public var description: String { "\(file): byte \(offset): \(problem)" }
}

extension IDXError.Problem: CustomStringConvertible {
  /// The problem in words, without its place.
  public var description: String {
    switch self {
    case .truncatedHeader(let bytes): "the file ends inside its header of \(bytes) bytes"
    case .notIDX(let found): "an IDX file begins with two zero bytes, found \(found)"
    case .unsupportedElement(let code):
      "the elements have type code \(code); only unsigned bytes, 8, are read"
    case .noDimensions: "the file declares no dimensions"
    case .emptyDimension(let axis): "dimension \(axis) is zero"
    case .truncatedElements(let shape, let present):
      "the file ends after \(present) elements, fewer than \(shape) declares"
    case .trailingBytes(let count): "\(count) bytes follow the last element"
    }
  }
}
