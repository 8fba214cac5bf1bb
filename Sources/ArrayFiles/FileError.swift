/// What is wrong with a file, and where in it.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the user named it.
  public let path: String
  /// The place in it, as in "byte 128" or "array 'images'"; nil when the whole file is meant.
  public let place: String?
  /// What is wrong there, and what to do about it where that is known.
  public let message: String

  /// Makes an error.
  public init(_ path: String, at place: String? = nil, _ message: String) {
    self.path = path
    self.place = place
    self.message = message
  }

  /// File, place and message on one line, without control characters that names may have.
  public var description: String {
    (place.map { "\(path): \($0): \(message)" } ?? "\(path): \(message)").printable
  }
}
