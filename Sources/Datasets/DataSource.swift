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

  /// What the samples come from.
  public var kind: DataKind { type(of: format).kind }

  /// Reads the samples.
  ///
  /// - Parameter limit: The most samples to read, from the first on; nil for all. What lies behind is not
  ///   read.
  /// - Throws: ``FileError`` that names the file and the place if one is missing, damaged or does not fit.
  public func load(limit: Int? = nil) throws(FileError) -> Samples { try load(DataRequest(limit: limit)) }

  /// Reads the samples that are asked for.
  ///
  /// - Throws: ``FileError`` that names the file and the place if one is missing, damaged or does not fit, if the
  ///   request asks for what this kind of data does not have, or for samples or classes that are not there.
  public func load(_ request: DataRequest) throws(FileError) -> Samples {
    guard request.layout == nil || kind == .arrays else {
      throw FileError(description, "--layout is for arrays (npy:, npz:); the layout of these data is known")
    }
    guard request.resizing == nil || kind == .imageFiles else {
      throw FileError(description, "--resize and --crop are for image files (folder:)")
    }
    let samples = try format.load(description, request)
    guard kind != .imageFiles else { return samples }
    guard let path = request.classList else { return try samples.chosen(by: request) }
    return try samples.named(by: ClassList(path)).chosen(by: request)
  }
}

/// What samples come from.
public enum DataKind: Hashable, Sendable {
  /// Arrays, whose axes and range the user knows.
  case arrays
  /// Image files of any size.
  case imageFiles
  /// Images `[C, H, W]` of one size.
  case imageSet
}

/// A kind of data set: one file that conforms, and one line in ``DataSource/formats``.
public protocol DataFormat: Sendable {
  /// What stands before the colon.
  static var scheme: String { get }

  /// How a source of this kind is written, as in `npz:FILE`.
  static var usage: String { get }

  /// What the samples come from.
  static var kind: DataKind { get }

  /// Understands what stands behind the colon, "" if nothing does; nil if it is malformed.
  init?(_ location: String)

  /// Reads the samples.
  ///
  /// Only image files choose among samples by index and class, and name their classes; of others the first
  /// ``DataRequest/rows`` are wanted, and ``DataSource`` does the rest.
  ///
  /// - Parameters:
  ///   - name: What the samples are called.
  ///   - request: Which samples, and how.
  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples
}

extension DataFormat {
  /// Images, unless a format says otherwise.
  public static var kind: DataKind { .imageSet }
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
  public var description: String { "data '\(text)': \(message)".printable }
}

/// Which part of a data set.
public enum DataPart: String, Hashable, Sendable, CaseIterable {
  /// What models are trained on.
  case training = "train"
  /// What models are tested on.
  case test

  /// Splits `DIR[:train|test]`; without a part it is the test part.
  static func split(_ location: String) -> (rest: String, part: DataPart) {
    let (rest, part) = splitIfNamed(location)
    return (rest, part ?? .test)
  }

  /// Splits `FILE[:train|test]`; nil without a part.
  static func splitIfNamed(_ location: String) -> (rest: String, part: DataPart?) {
    guard let colon = location.lastIndex(of: ":"),
      let part = DataPart(rawValue: String(location[location.index(after: colon)...]))
    else { return (location, nil) }
    return (String(location[..<colon]), part)
  }
}
