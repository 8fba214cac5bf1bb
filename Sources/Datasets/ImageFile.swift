import ArrayFiles
import CImageCodecs

/// An image out of a PNG, JPEG, BMP or WebP file.
///
/// Gray images have one channel, colour images three, in the order red, green, blue. An alpha channel is
/// dropped if every pixel is opaque; otherwise the file is refused, since what lies behind is not known.
/// Colour profiles and the orientation that cameras note are not applied.
struct ImageFile: Hashable {
  /// The file.
  let path: String
  /// The samples: of 8 bits, or of 16 where the file has them.
  let raster: Raster
  /// Whether the file has four inks, which became colours without a profile.
  let wasInks: Bool

  /// 1 or 3.
  var channels: Int { raster.channels }
  /// Pixels from top to bottom.
  var height: Int { raster.height }
  /// Pixels from left to right.
  var width: Int { raster.width }

  /// The elements `[C, H, W]` in 0...1: a sample of 8 bits over 255, one of 16 bits over 65,535, rounded
  /// once.
  var values: [Float] { raster.values }

  /// The shape of the elements, `[C, H, W]`.
  var shape: [Int] { [channels, height, width] }

  /// The endings of names that are read.
  static let suffixes = [".png", ".jpg", ".jpeg", ".bmp", ".webp"]
  /// The endings of images that are not, so that none is taken for something else.
  static let foreignSuffixes = [
    ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jp2", ".jxl", ".ppm", ".pgm", ".pbm", ".pnm",
    ".tga",
  ]
  /// What is read, for messages.
  static let kinds = "PNG, JPEG, BMP and WebP"

  /// The largest images that are read, far beyond what models take.
  private static let limits = image_limits(side: 1 << 14, pixels: 1 << 25)
  /// The longest file that is read, in bytes.
  private static let longest = 1 << 28

  /// Reads a file; which format it has is seen by its contents.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, is damaged, is too large or has transparent pixels.
  init(_ path: String) throws(FileError) { try self.init(RawPath(path)) }

  /// Reads a file; which format it has is seen by its contents.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, is damaged, is too large or has transparent pixels.
  init(_ location: RawPath) throws(FileError) {
    let file = try InputFile(location)
    guard file.size <= ImageFile.longest else {
      throw FileError(file.path, "an image of \(file.size) bytes; at most \(ImageFile.longest) are read")
    }
    try self.init(file.read(), file.path)
  }

  /// Reads the bytes of a file.
  init(_ bytes: [UInt8], _ path: String) throws(FileError) {
    self.path = path
    if BMPFile.isBitmap(bytes) {
      let (side, pixels) = (Int(ImageFile.limits.side), Int(ImageFile.limits.pixels))
      raster = try BMPFile(bytes, path, largestSide: side, mostPixels: pixels).raster()
      wasInks = false
      return
    }
    var image = unsafe try ImageFile.decoded(bytes, path)
    // SAFETY: the samples are released once, after they were converted.
    defer { unsafe image_release(&image) }
    guard let samples = unsafe image.samples else { throw FileError(path, unsafe ImageFile.message(&image)) }
    // SAFETY: the decoder says how many bytes the samples have.
    let raw = unsafe UnsafeRawBufferPointer(start: samples, count: image.size)
    let pixels = unsafe InterleavedPixels(
      samples: raw, channels: Int(image.channels), height: Int(image.height), width: Int(image.width),
      depth: Int(image.depth))
    guard unsafe pixels.isOpaque else {
      throw FileError(path, "has transparent pixels; put the image on a background first")
    }
    raster = unsafe pixels.raster()
    unsafe wasInks = image.was_inks != 0
  }

  /// Lets the library of the format decode the bytes.
  @unsafe private static func decoded(_ bytes: [UInt8], _ path: String) throws(FileError) -> image_pixels {
    // SAFETY: each decoder is given the bytes and their number.
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      return unsafe image_decode_png(bytes, bytes.count, limits)
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      return unsafe image_decode_jpeg(bytes, bytes.count, limits)
    } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
      return unsafe image_decode_webp(bytes, bytes.count, limits)
    }
    throw FileError(path, "is neither a PNG, nor a JPEG, a BMP or a WebP file")
  }

  // SAFETY: the decoder ends every message with a zero.
  @unsafe private static func message(_ image: inout image_pixels) -> String {
    unsafe withUnsafeBytes(of: &image.message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// Interleaved samples that are to become planes.
@unsafe private struct InterleavedPixels {
  let samples: UnsafeRawBufferPointer
  /// Alpha included.
  let channels: Int
  let height: Int
  let width: Int
  /// Bytes a sample.
  let depth: Int

  /// Channels without alpha.
  var colors: Int { unsafe channels.isMultiple(of: 2) ? channels - 1 : channels }

  /// Whether there is no alpha channel or every pixel has the largest alpha.
  var isOpaque: Bool {
    guard unsafe colors < channels else { return true }
    return unsafe (0..<height * width).allSatisfy { pixel in
      let start = unsafe (pixel * channels + colors) * depth
      return unsafe (start..<start + depth).allSatisfy { unsafe samples[$0] == 0xFF }
    }
  }

  /// The colours as planes.
  func raster() -> Raster {
    let (channels, colors, pixels) = unsafe (channels, colors, height * width)
    // SAFETY: each of the elements is written once, from within the samples.
    let planes = unsafe [UInt16](unsafeUninitializedCapacity: pixels * colors) { target, initialized in
      for color in 0..<colors {
        for pixel in 0..<pixels {
          let index = pixel * channels + color
          let value =
            unsafe depth == 1
            ? UInt16(samples[index]) : samples.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
          unsafe target.initializeElement(at: color * pixels + pixel, to: value)
        }
      }
      initialized = pixels * colors
    }
    return unsafe Raster(
      channels: colors, height: height, width: width, largest: depth == 1 ? 255 : .max, samples: planes)
  }
}
