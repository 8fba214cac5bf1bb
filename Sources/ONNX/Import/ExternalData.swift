internal import ArrayFiles

/// Where the elements of a tensor lie that are kept in a file beside the model.
struct ExternalData {
  /// The path of the file, relative to the model's folder and inside it.
  let location: String
  /// The first byte.
  let offset: Int
  /// How many bytes; nil when only the tensor's shape tells.
  let length: Int?

  init(_ entries: [StringStringEntryProto]) throws {
    let values = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
    guard let location = values["location"], !location.isEmpty else {
      throw ImportError("external data without a location")
    }
    let parts = location.split(whereSeparator: { $0 == "/" || $0 == "\\" })
    guard !location.hasPrefix("/"), !location.hasPrefix("\\"), !location.contains(":"),
      !parts.contains(".."), !location.utf8.contains(0)
    else {
      throw ImportError("external data in '\(location)', which may lie outside the model's folder")
    }
    self.location = location
    offset = try Self.number(values["offset"], "offset") ?? 0
    length = try Self.number(values["length"], "length")
  }

  private static func number(_ text: String?, _ name: String) throws -> Int? {
    guard let text else { return nil }
    guard let value = Int(text), value >= 0 else {
      throw ImportError("the \(name) '\(text)' of external data is not a number of bytes")
    }
    return value
  }

  /// The bytes of the tensor.
  ///
  /// - Parameters:
  ///   - folder: The model's folder.
  ///   - count: How many bytes the tensor takes; the file is looked at before they are allocated.
  func bytes(in folder: ModelFolder?, expecting count: Int) throws -> [UInt8] {
    guard let folder else {
      throw ImportError("external data in '\(location)', which cannot be looked up here")
    }
    guard length ?? count == count else {
      throw ImportError("\(length ?? 0) bytes of external data do not make a tensor of \(count)")
    }
    let path = try folder.path(of: location)
    do {
      let input = try InputFile(path)
      let (end, overflows) = offset.addingReportingOverflow(count)
      guard !overflows, end <= input.size else {
        throw ImportError(
          "external data from byte \(offset) of '\(location)' takes \(count) bytes, but the file has \(input.size)"
        )
      }
      try folder.take(count)
      return try input.read(offset..<end)
    } catch let error as FileError {
      throw ImportError("external data in '\(location)' in \(folder.description): \(error.message)")
    }
  }
}
