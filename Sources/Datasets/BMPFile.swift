import ArrayFiles

/// Windows bitmaps: 1, 4 or 8 bits a pixel with a palette, 16 with any masks, 24 or 32, from the bottom or from the
/// top.
///
/// A palette of grays gives a gray image. Of 32 bits those that belong to no colour are left out, as other readers do. Run
/// lengths are refused.
struct BMPFile {
  private let bytes: [UInt8]
  private let path: String
  private let header: Header

  /// What the two headers say.
  private struct Header {
    let offset, width, height: Int
    let isFromTop: Bool
    let depth: Int
    /// Where the bits of red, green and blue lie in a pixel; empty where the pixel is an index or three bytes.
    let masks: [UInt32]
    /// Red, green and blue of each index.
    let palette: [[UInt8]]
  }

  /// Whether a file begins as bitmaps do.
  static func isBitmap(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x42, 0x4D]) }

  /// Reads the headers.
  ///
  /// - Throws: ``FileError`` for what is damaged, cut short, too large or not read.
  init(_ bytes: [UInt8], _ path: String, largestSide: Int, mostPixels: Int) throws(FileError) {
    (self.bytes, self.path) = (bytes, path)
    var fields = Fields(bytes: bytes, path: path)
    header = try BMPFile.header(&fields, largestSide, mostPixels)
    guard header.offset >= 14, rowSize * header.height <= bytes.count - header.offset else {
      throw FileError(path, "the file is cut short, or too short for the size that it announces")
    }
  }

  /// The pixels.
  ///
  /// - Throws: ``FileError`` for an index beyond the palette.
  func raster() throws(FileError) -> Raster {
    let isGray = header.palette.allSatisfy { $0[0] == $0[1] && $0[1] == $0[2] } && !header.palette.isEmpty
    let channels = isGray ? 1 : 3
    let (height, width) = (header.height, header.width)
    var samples = [UInt16](repeating: 0, count: channels * height * width)
    for row in 0..<height {
      let start = header.offset + (header.isFromTop ? row : height - 1 - row) * rowSize
      for column in 0..<width {
        let color = try color(start, column)
        for channel in 0..<channels {
          samples[(channel * height + row) * width + column] = UInt16(color[channel])
        }
      }
    }
    return Raster(channels: channels, height: height, width: width, largest: 255, samples: samples)
  }

  /// Bytes of a row, which is filled up to whole words.
  private var rowSize: Int { (header.width * header.depth + 31) / 32 * 4 }

  private func color(_ start: Int, _ column: Int) throws(FileError) -> [UInt8] {
    let bit = column * header.depth
    let place = start + bit / 8
    switch header.depth {
    case 1, 4, 8:
      let shift = 8 - header.depth - bit % 8
      let index = Int(bytes[place]) >> shift & (1 << header.depth - 1)
      guard index < header.palette.count else {
        throw FileError(
          path, at: "byte \(place)", "color \(index) of a palette of \(header.palette.count)")
      }
      return header.palette[index]
    case 24: return [bytes[place + 2], bytes[place + 1], bytes[place]]
    default:
      let pixel = (0..<header.depth / 8).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
      return header.masks.map { BMPFile.sample(pixel, $0) }
    }
  }

  /// The bits of a mask, brought to 0...255 and rounded down, as Pillow does by repeating them.
  private static func sample(_ pixel: UInt32, _ mask: UInt32) -> UInt8 {
    let most = mask >> UInt32(mask.trailingZeroBitCount)
    let value = (pixel & mask) >> UInt32(mask.trailingZeroBitCount)
    return UInt8(UInt64(value) * 255 / UInt64(most))
  }

  private static func header(
    _ fields: inout Fields, _ largestSide: Int, _ mostPixels: Int
  ) throws(FileError) -> Header {
    let offset = Int(try fields.word(at: 10))
    let size = Int(try fields.word(at: 14))
    guard size >= 40, size <= 1 << 10 else {
      throw FileError(fields.path, "a bitmap header of \(size) bytes; 40 or more are read")
    }
    let (width, height) = (
      Int(Int32(bitPattern: try fields.word(at: 18))), Int(Int32(bitPattern: try fields.word(at: 22)))
    )
    let depth = Int(try fields.word(at: 26) >> 16)
    let compression = try fields.word(at: 30)
    guard width > 0, height != 0 else { throw FileError(fields.path, "the image has no pixels") }
    guard width <= largestSide, height.magnitude <= largestSide, width * abs(height) <= mostPixels else {
      throw FileError(
        fields.path,
        "the image has \(width) x \(height.magnitude) pixels; at most \(largestSide) a side and \(mostPixels) "
          + "altogether are read")
    }
    guard [1, 4, 8, 16, 24, 32].contains(depth),
      compression == 0 || (compression == 3 || compression == 6) && depth >= 16
    else {
      throw FileError(
        fields.path, "a bitmap of \(depth) bits with compression \(compression); store it without, or as PNG")
    }
    return Header(
      offset: offset, width: width, height: abs(height), isFromTop: height < 0, depth: depth,
      masks: try masks(&fields, depth, compression), palette: try palette(&fields, depth, size))
  }

  private static func masks(
    _ fields: inout Fields, _ depth: Int, _ compression: UInt32
  ) throws(FileError) -> [UInt32] {
    guard depth == 16 || depth == 32 else { return [] }
    guard compression != 0 else {
      return depth == 16 ? [0x7C00, 0x3E0, 0x1F] : [0xFF_0000, 0xFF00, 0xFF]
    }
    let masks = [try fields.word(at: 54), try fields.word(at: 58), try fields.word(at: 62)]
    for mask in masks {
      let bits = mask == 0 ? 0 : mask >> UInt32(mask.trailingZeroBitCount)
      guard bits > 0, bits & (bits &+ 1) == 0, depth == 32 || mask <= 0xFFFF else {
        throw FileError(fields.path, at: "byte 54", "the masks of the colours make no sense")
      }
    }
    return masks
  }

  private static func palette(
    _ fields: inout Fields, _ depth: Int, _ headerSize: Int
  ) throws(FileError) -> [[UInt8]] {
    guard depth <= 8 else { return [] }
    let announced = Int(try fields.word(at: 46))
    let count = announced == 0 ? 1 << depth : announced
    guard count <= 1 << depth else {
      throw FileError(fields.path, at: "byte 46", "a palette of \(count) colours for \(depth) bits")
    }
    var colors: [[UInt8]] = []
    for index in 0..<count {
      let color = try fields.word(at: 14 + headerSize + 4 * index)
      colors.append([16, 8, 0].map { UInt8(truncatingIfNeeded: color >> $0) })
    }
    return colors
  }

  /// Little-endian words of a file.
  private struct Fields {
    let bytes: [UInt8]
    let path: String

    func word(at place: Int) throws(FileError) -> UInt32 {
      guard place + 4 <= bytes.count else {
        throw FileError(path, at: "byte \(bytes.count)", "the file is cut short")
      }
      return (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) }
    }
  }
}
