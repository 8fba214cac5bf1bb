internal import ArrayFiles

/// Finds the byte at which a file stops being what its format allows, once reading it has failed.
struct DamageFinder {
  private let bytes: [UInt8]
  private var next = 0

  /// What was found.
  private struct Damage: Error {
    let byte: Int
    let message: String
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The error for a file that cannot be read.
  static func error(_ bytes: [UInt8], _ path: String, _ kind: MessageKind) -> FileError {
    var finder = DamageFinder(bytes)
    do throws(Damage) {
      try finder.check(kind, upTo: bytes.count)
    } catch {
      return FileError(path, at: "byte \(error.byte)", error.message)
    }
    return FileError(path, "this is no ONNX file, or it is damaged")
  }

  /// Walks the fields of a message; messages nest no deeper than their kinds do.
  private mutating func check(_ kind: MessageKind, upTo end: Int) throws(Damage) {
    while next < end {
      let start = next
      let key = try number(upTo: end, kind)
      switch key & 7 {
      case 0: _ = try number(upTo: end, kind)
      case 1: try skip(8, upTo: end, kind)
      case 2: try checkLengthDelimited(key >> 3, kind, upTo: end)
      case 5: try skip(4, upTo: end, kind)
      default:
        throw Damage(
          byte: start,
          message: "no field of a \(kind.name) begins like this; the file is damaged or no ONNX file")
      }
      guard key >> 3 > 0, key >> 3 < 1 << 29 else {
        throw Damage(
          byte: start, message: "a \(kind.name) has no field \(key >> 3); the file is damaged or no ONNX file"
        )
      }
    }
  }

  private mutating func checkLengthDelimited(
    _ field: UInt64, _ kind: MessageKind, upTo end: Int
  ) throws(Damage) {
    let start = next
    let length = try number(upTo: end, kind)
    guard length <= UInt64(end - next) else {
      throw Damage(
        byte: start,
        message:
          "a field of a \(kind.name) takes \(length) bytes and \(end - next) are left; the file is cut short "
          + "or damaged")
    }
    let stop = next + Int(length)
    if let nested = kind.messages[field] {
      try check(nested, upTo: stop)
    } else if kind.texts.contains(field), String(validating: bytes[next..<stop], as: UTF8.self) == nil {
      throw Damage(byte: next, message: "a text of a \(kind.name) is not UTF-8; the file is damaged")
    }
    next = stop
  }

  /// A number of up to ten groups of seven bits.
  private mutating func number(upTo end: Int, _ kind: MessageKind) throws(Damage) -> UInt64 {
    let start = next
    var value: UInt64 = 0
    for group in 0..<10 {
      guard next < end else {
        throw Damage(
          byte: start, message: "a \(kind.name) ends inside a number; the file is cut short or damaged")
      }
      let byte = bytes[next]
      next += 1
      value |= UInt64(byte & 0x7F) << UInt64(7 * group)
      if byte < 0x80 { return value }
    }
    throw Damage(byte: start, message: "a number of a \(kind.name) is too long; the file is damaged")
  }

  private mutating func skip(_ count: Int, upTo end: Int, _ kind: MessageKind) throws(Damage) {
    guard count <= end - next else {
      throw Damage(
        byte: next, message: "a \(kind.name) ends inside a number; the file is cut short or damaged")
    }
    next += count
  }
}
