#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The JSON object at the start of a safetensors file.
struct SafetensorsHeader: Codable {
  /// What is said about one array.
  struct Entry: Codable, Hashable {
    let dtype: String
    let shape: [Int]
    /// First byte, and the one behind the last, counted from the end of the header.
    let offsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// The arrays by name.
  var entries: [String: Entry] = [:]
  /// Free texts by name.
  var metadata: [String: String] = [:]

  /// The format's names of element types.
  static let elements: [String: ArrayElement] = [
    "BOOL": .bool, "I8": .int8, "I16": .int16, "I32": .int32, "I64": .int64, "U8": .uint8, "U16": .uint16,
    "U32": .uint32, "U64": .uint64, "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
  ]

  /// The key of the metadata, which no array may have.
  static let metadataKey = "__metadata__"

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for name in container.allKeys {
      if name.stringValue == SafetensorsHeader.metadataKey {
        metadata = try container.decode([String: String].self, forKey: name)
      } else {
        entries[name.stringValue] = try container.decode(Entry.self, forKey: name)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    if !metadata.isEmpty { try container.encode(metadata, forKey: Name(SafetensorsHeader.metadataKey)) }
    for (name, entry) in entries { try container.encode(entry, forKey: Name(name)) }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension SafetensorsHeader {
  /// Reads the text.
  ///
  /// - Throws: ``FileError`` if it is not the JSON that the format asks for.
  static func decoded(_ text: [UInt8], _ path: String) throws(FileError) -> SafetensorsHeader {
    do {
      return try JSONDecoder().decode(SafetensorsHeader.self, from: Data(text))
    } catch let error as DecodingError {
      throw FileError(path, at: "header", error.reason)
    } catch {
      throw FileError(path, at: "header", "is not JSON: \(error)")
    }
  }

  /// The text, with the keys in order.
  func encoded(_ path: String) throws(FileError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try [UInt8](encoder.encode(self))
    } catch {
      throw FileError(path, at: "header", "cannot be written: \(error)")
    }
  }
}

extension DecodingError {
  /// What is wrong, and where in the text, in one line.
  fileprivate var reason: String {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context): reason(context)
    case .keyNotFound(let key, let context): reason(context) + " ('\(key.stringValue)')"
    case .dataCorrupted(let context): "is not the JSON of safetensors: " + reason(context)
    @unknown default: "is not the JSON of safetensors"
    }
  }

  private func reason(_ context: Context) -> String {
    let place = context.codingPath.map(\.stringValue).joined(separator: ".")
    return place.isEmpty ? context.debugDescription : "'\(place)': \(context.debugDescription)"
  }
}
