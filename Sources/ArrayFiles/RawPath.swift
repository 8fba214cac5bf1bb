/// A path, or a name in a folder, as the bytes that the system knows it by; they need not be UTF-8.
package struct RawPath: Hashable, Sendable {
  /// The bytes, without the zero that ends them for the system.
  package let bytes: [UInt8]

  /// Takes bytes as they are.
  package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  /// The path that a user wrote.
  package init(_ text: String) { bytes = Array(text.utf8) }

  /// The path as people read it; what is no UTF-8 is shown as its codes, as in `\xE9`.
  package var text: String { String(showing: bytes) }

  /// The path of what has this name within the folder of this path.
  package func appending(_ name: RawPath) -> RawPath {
    RawPath(bytes + (bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]) + name.bytes)
  }

  /// Whether the name ends so, in letters of either case.
  package func hasSuffix(_ suffix: String) -> Bool {
    bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) { RawPath.lowercased($0) == $1 }
  }

  /// The bytes with the zero at the end that the system's functions want.
  var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

  private static func lowercased(_ byte: UInt8) -> UInt8 { 0x41...0x5A ~= byte ? byte + 0x20 : byte }
}

extension RawPath: Comparable {
  /// By bytes, so that no locale changes an order.
  package static func < (left: RawPath, right: RawPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
