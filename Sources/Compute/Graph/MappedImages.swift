#if os(Linux)
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif
  internal import Runtime

  /// The program and the libraries in this process' memory, as the kernel lists them.
  ///
  /// `ImageMap.capture()` reads every library's header where it is mapped, which is a crash when another thread unloads one
  /// meanwhile, as OpenCL runtimes do with the kernels that they have compiled. The kernel's list is text; only files are
  /// read afterwards.
  struct MappedImages {
    private struct Image {
      let path: String
      let base: UInt64
      var textEnd: UInt64
    }

    private var images: [Image] = []

    /// Reads the list.
    init?() {
      guard let text = MappedImages.contents("/proc/self/maps") else { return nil }
      var places: [String: Int] = [:]
      for line in text.split(separator: "\n") {
        // Addresses, permissions, offset, device, inode and a path, which alone has slashes.
        let fields = line.split(separator: " ", maxSplits: 3)
        guard fields.count == 4, let slash = line.firstIndex(of: "/"), !line.hasSuffix(" (deleted)") else {
          continue
        }
        let range = fields[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
        guard range.count == 2 else { continue }
        let path = String(line[slash...])
        if places[path] == nil, UInt64(fields[2], radix: 16) == 0 {
          places[path] = images.count
          images.append(Image(path: path, base: range[0], textEnd: range[0]))
        }
        if let place = places[path], fields[1].contains("x") {
          images[place].textEnd = max(images[place].textEnd, range[1])
        }
      }
      images = images.filter { $0.textEnd > $0.base }.sorted { $0.base < $1.base }
      if images.isEmpty { return nil }
    }

    /// The same for the module that finds symbols; nil where it reads another format.
    var map: ImageMap? { try? ImageMap(from: SingleString(value: MappedImages.base64(compact))) }

    /// Swift's "Compact ImageMap Format", version 0, for words of 64 bits, without build IDs: the number of images, then
    /// of each the number of bytes of base and extent, those, and the path in pieces.
    private var compact: [UInt8] {
      var bytes: [UInt8] = [0b10]
      MappedImages.append("linux", to: &bytes)
      bytes += MappedImages.sevenBits(images.count)
      for image in images {
        let (base, extent) = (MappedImages.bytes(image.base), MappedImages.bytes(image.textEnd - image.base))
        bytes.append(UInt8(base.count - 1) << 3 | UInt8(extent.count - 1))
        bytes += base + extent + [0]
        let path = Array(image.path.utf8)
        for start in stride(from: 0, to: path.count, by: 63) {
          let piece = path[start..<min(start + 63, path.count)]
          bytes += [UInt8(piece.count)] + piece
        }
        bytes.append(0)
      }
      return bytes
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
      bytes += sevenBits(text.utf8.count) + Array(text.utf8)
    }

    /// A count in groups of seven bits, the highest first; all but the last byte have their top bit set.
    private static func sevenBits(_ count: Int) -> [UInt8] {
      var groups = [UInt8(count & 0x7f)]
      var rest = count >> 7
      while rest > 0 {
        groups.insert(UInt8(rest & 0x7f) | 0x80, at: 0)
        rest >>= 7
      }
      return groups
    }

    /// A number's bytes, the highest first; the first one is below 128, for the others' signs are extended.
    private static func bytes(_ number: UInt64) -> [UInt8] {
      let all = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
      let short = Array(all.drop { $0 == 0 })
      return (short.first ?? 128) < 128 ? short : [0] + short
    }

    private static func base64(_ bytes: [UInt8]) -> String {
      let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".unicodeScalars)
      var text = String.UnicodeScalarView()
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = Array(bytes[start..<min(start + 3, bytes.count)])
        let word = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
        for place in 0..<4 {
          text.append(place <= group.count ? digits[word >> (18 - 6 * place) & 63] : "=")
        }
      }
      return String(text)
    }

    private static func contents(_ path: String) -> String? {
      // SAFETY: the path is a string that outlives the call.
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var bytes: [UInt8] = []
      while true {
        // SAFETY: `read` writes at most the buffer's capacity, and the count says how much.
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
          count = max(0, unsafe read(descriptor, buffer.baseAddress, buffer.count))
        }
        if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        bytes += piece
      }
    }
  }

  /// A decoder of one string.
  private struct SingleString: Decoder, SingleValueDecodingContainer {
    let value: String
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }
    func decode(_ type: String.Type) -> String { value }
    func decodeNil() -> Bool { false }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
      throw refusal
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw refusal }
    func decode(_ type: Bool.Type) throws -> Bool { throw refusal }
    func decode(_ type: Double.Type) throws -> Double { throw refusal }
    func decode(_ type: Float.Type) throws -> Float { throw refusal }
    func decode(_ type: Int.Type) throws -> Int { throw refusal }
    func decode(_ type: Int8.Type) throws -> Int8 { throw refusal }
    func decode(_ type: Int16.Type) throws -> Int16 { throw refusal }
    func decode(_ type: Int32.Type) throws -> Int32 { throw refusal }
    func decode(_ type: Int64.Type) throws -> Int64 { throw refusal }
    func decode(_ type: UInt.Type) throws -> UInt { throw refusal }
    func decode(_ type: UInt8.Type) throws -> UInt8 { throw refusal }
    func decode(_ type: UInt16.Type) throws -> UInt16 { throw refusal }
    func decode(_ type: UInt32.Type) throws -> UInt32 { throw refusal }
    func decode(_ type: UInt64.Type) throws -> UInt64 { throw refusal }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try Value(from: self) }

    private var refusal: any Error {
      DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "this is one string"))
    }
  }
#endif
