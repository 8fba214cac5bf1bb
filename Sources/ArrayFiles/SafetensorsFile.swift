/// Named arrays in one file, in the safetensors format: a length, a JSON header and the elements.
///
/// https://huggingface.co/docs/safetensors. Read are files whose arrays fill the bytes behind the header
/// without gaps and without overlap, which the format asks for.
public struct SafetensorsFile: Sendable {
  /// The file.
  public let path: String
  /// The names of the arrays in the order of their elements.
  public let names: [String]
  /// Free texts by name.
  public let metadata: [String: String]
  private let file: InputFile
  private let places: [String: Place]

  private struct Place: Hashable {
    let shape: [Int]
    let element: ArrayElement
    /// Where the elements lie in the file.
    let range: Range<Int>
  }

  /// The longest header that is read, in bytes, as other readers have it.
  private static let longestHeader = 100_000_000

  /// Opens a file and reads its header; arrays are read when asked for.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, its header is malformed, or the arrays do not fill
  ///   the rest.
  public init(_ path: String) throws(FileError) {
    self.path = path
    file = try InputFile(path)
    var stream = FileSection(file)
    let length = try stream.read(8, "the length of the header").reversed().reduce(0) { $0 << 8 | UInt64($1) }
    guard length <= SafetensorsFile.longestHeader, Int(length) <= file.size - 8 else {
      throw FileError(
        path, at: "byte 0",
        "a header of \(length) bytes; it must lie within the file of \(file.size) bytes and not exceed "
          + "\(SafetensorsFile.longestHeader)")
    }
    let text = try stream.read(Int(length), "the header")
    guard text.first == UInt8(ascii: "{") else {
      throw FileError(path, at: "byte 8", "a header begins with '{'")
    }
    let header = try SafetensorsHeader.decoded(text, path)
    var places: [String: Place] = [:]
    for (name, entry) in header.entries {
      places[name] = try SafetensorsFile.place(name, entry, start: 8 + Int(length), path)
    }
    names = try SafetensorsFile.ordered(places, from: 8 + Int(length), to: file.size, path)
    metadata = header.metadata
    self.places = places
  }

  /// Reads an array.
  ///
  /// - Throws: ``FileError`` if there is no such array, or it cannot be read.
  public func array(_ name: String) throws(FileError) -> StoredArray {
    guard let place = places[name] else {
      let known = names.isEmpty ? "it holds none" : "it holds \(names.joined(separator: ", "))"
      throw FileError(path, "has no array '\(name)'; \(known)")
    }
    return StoredArray(shape: place.shape, element: place.element, bytes: try file.read(place.range))
  }

  /// Checks what the header says about one array on its own.
  private static func place(
    _ name: String, _ entry: SafetensorsHeader.Entry, start: Int, _ path: String
  ) throws(FileError) -> Place {
    let label = "array '\(name)'"
    guard let element = SafetensorsHeader.elements[entry.dtype] else {
      throw FileError(
        path, at: label,
        "elements of type '\(entry.dtype)'; read are "
          + SafetensorsHeader.elements.keys.sorted().joined(separator: ", "))
    }
    guard let size = StoredArray.byteCount(of: entry.shape, element) else {
      throw FileError(path, at: label, "no array has the shape \(entry.shape)")
    }
    let offsets = entry.offsets
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= .max - start - size,
      offsets[1] == offsets[0] + size
    else {
      throw FileError(
        path, at: label,
        "the offsets \(offsets) do not hold the \(size) bytes of \(entry.dtype) \(entry.shape)")
    }
    let first = start + offsets[0]
    return Place(shape: entry.shape, element: element, range: first..<first + size)
  }

  /// The names in the order of their places, which must fill the file from `start` to `end`.
  private static func ordered(
    _ places: [String: Place], from start: Int, to end: Int, _ path: String
  ) throws(FileError) -> [String] {
    let ordered = places.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }
    var position = start
    for (name, place) in ordered {
      guard place.range.lowerBound == position else {
        let problem =
          place.range.lowerBound < position ? "overlaps the array before it" : "leaves a gap before it"
        throw FileError(path, at: "array '\(name)'", problem)
      }
      position = place.range.upperBound
    }
    guard position == end else {
      throw FileError(path, "the arrays take \(position - start) bytes, but \(end - start) follow the header")
    }
    return ordered.map(\.key)
  }
}
