public import ArrayFiles

/// Where samples come from, as a user names it: a scheme, a colon and what the scheme needs.
public struct DataSource: Sendable, CustomStringConvertible {
  /// Every known scheme.
  public static let formats: [any DataFormat.Type] = [
    CIFAR10.self, CIFAR100.self, IDXPair.self, NPYPair.self, NPZPair.self, ImageFolder.self,
    EmbeddedDigits.self,
  ]

  /// The text that names the source.
  public let description: String
  private let format: any DataFormat

  /// Understands a text without reading any file.
  ///
  /// - Throws: ``DataSourceError`` for an unknown scheme, which lists the known ones, or a malformed rest.
  public init(_ text: String) throws(DataSourceError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let type = DataSource.formats.first(where: { $0.scheme == parts[0] }) else {
      let known = DataSource.formats.map { $0.usage }.joined(separator: ", ")
      throw DataSourceError(text, "unknown data set; known are \(known)")
    }
    guard let format = type.init(parts.count > 1 ? String(parts[1]) : "") else {
      throw DataSourceError(text, "expected \(type.usage)")
    }
    self.description = text
    self.format = format
  }

  /// Reads the samples.
  ///
  /// - Parameter limit: The most samples to read, from the first on; nil for all. What lies behind is not
  ///   read.
  /// - Throws: ``FileError`` that names the file and the place if one is missing, damaged or does not fit.
  public func load(limit: Int? = nil) throws(FileError) -> Samples {
    try format.load(description, limit: limit.map { max(0, $0) })
  }
}

/// A kind of data set: one file that conforms, and one line in ``DataSource/formats``.
public protocol DataFormat: Sendable {
  /// What stands before the colon.
  static var scheme: String { get }

  /// How a source of this kind is written, as in `npz:FILE`.
  static var usage: String { get }

  /// Understands what stands behind the colon, "" if nothing does; nil if it is malformed.
  init?(_ location: String)

  /// Reads the samples.
  ///
  /// - Parameters:
  ///   - name: What the samples are called.
  ///   - limit: The most samples to read, 0 or more; nil for all.
  func load(_ name: String, limit: Int?) throws(FileError) -> Samples
}

/// A text that names no data set.
public struct DataSourceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// What is wrong with it, and what is expected.
  public let message: String

  init(_ text: String, _ message: String) {
    self.text = text
    self.message = message
  }

  /// Text and message on one line.
  public var description: String { "data '\(text)': \(message)" }
}

/// Which part of a data set.
public enum DataPart: String, Hashable, Sendable, CaseIterable {
  /// What models are trained on.
  case training = "train"
  /// What models are tested on.
  case test

  /// Splits `DIR[:train|test]`; without a part it is the test part.
  static func split(_ location: String) -> (rest: String, part: DataPart) {
    guard let colon = location.lastIndex(of: ":"),
      let part = DataPart(rawValue: String(location[location.index(after: colon)...]))
    else { return (location, .test) }
    return (String(location[..<colon]), part)
  }
}
