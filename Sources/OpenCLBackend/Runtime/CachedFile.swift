import Compute

/// The form of a cached file: a mark, the length and the digest of the content, the content.
///
/// Caches are cut short by full disks and by processes that end early, so nothing is believed that does not
/// match.
package enum CachedFile {
  private static let mark = Array("TREMORB1".utf8)
  private static let headerCount = 8 + 8 + 32

  /// The bytes of a file with some content.
  package static func sealed(_ content: [UInt8]) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: content.count >> (8 * $0)) }
    return mark + length + SHA256.digest(of: content) + content
  }

  /// The content of a file, or nil if it is not what ``sealed(_:)`` made.
  package static func opened(_ file: [UInt8]) -> [UInt8]? {
    guard file.count >= headerCount, file.starts(with: mark) else { return nil }
    let content = Array(file[headerCount...])
    return file[..<headerCount].elementsEqual(sealed(content)[..<headerCount]) ? content : nil
  }
}
