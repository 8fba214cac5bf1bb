import ArrayFiles
import CImageCodecs

/// An image out of a PNG or JPEG file.
///
/// Gray images have one channel, colour images three, in the order red, green, blue. An alpha channel is
/// dropped if every pixel is opaque; otherwise the file is refused, since what lies behind is not known.
/// Colour profiles and the orientation that cameras note are not applied.
struct ImageFile: Hashable {
  /// The file.
  let path: String
  /// 1 or 3.
  let channels: Int
  /// Pixels from top to bottom.
  let height: Int
  /// Pixels from left to right.
  let width: Int
  /// The elements `[C, H, W]` in 0...1: a sample of 8 bits over 255, one of 16 bits over 65,535, rounded
  /// once.
  let values: [Float]

  /// The shape of the elements, `[C, H, W]`.
  var shape: [Int] { [channels, height, width] }

  /// The largest images that are read, far beyond what models take.
  private static let limits = image_limits(side: 1 << 14, pixels: 1 << 25)
  /// The longest file that is read, in bytes.
  private static let longest = 1 << 28

  /// Reads a file; which format it has is seen by its contents.
  ///
  /// - Throws: ``FileError`` if the file cannot be read, is damaged, is too large or has transparent pixels.
  init(_ path: String) throws(FileError) {
    let file = try InputFile(path)
    guard file.size <= ImageFile.longest else {
      throw FileError(path, "an image of \(file.size) bytes; at most \(ImageFile.longest) are read")
    }
    try self.init(file.read(), path)
  }

  /// Reads the bytes of a file.
  init(_ bytes: [UInt8], _ path: String) throws(FileError) {
    var image: image_pixels
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      // SAFETY: the decoder is given the bytes and their number.
      unsafe image = image_decode_png(bytes, bytes.count, ImageFile.limits)
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      // SAFETY: the decoder is given the bytes and their number.
      unsafe image = image_decode_jpeg(bytes, bytes.count, ImageFile.limits)
    } else {
      throw FileError(path, "is neither a PNG nor a JPEG file")
    }
    // SAFETY: the samples are released once, after they were converted.
    defer { unsafe image_release(&image) }
    guard let samples = unsafe image.samples else { throw FileError(path, unsafe ImageFile.message(&image)) }
    // SAFETY: the decoder says how many bytes the samples have.
    let raw = unsafe UnsafeRawBufferPointer(start: samples, count: image.size)
    let planes = unsafe Planes(
      samples: raw, channels: Int(image.channels), pixels: Int(image.width) * Int(image.height),
      depth: Int(image.depth))
    guard unsafe planes.isOpaque else {
      throw FileError(path, "has transparent pixels; put the image on a background first")
    }
    unsafe (height, width) = (Int(image.height), Int(image.width))
    unsafe (channels, values) = (planes.colors, planes.values())
    self.path = path
  }

  // SAFETY: the decoder ends every message with a zero.
  @unsafe private static func message(_ image: inout image_pixels) -> String {
    unsafe withUnsafeBytes(of: &image.message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

/// Interleaved samples that are to become planes.
@unsafe private struct Planes {
  let samples: UnsafeRawBufferPointer
  /// Alpha included.
  let channels: Int
  let pixels: Int
  /// Bytes a sample.
  let depth: Int

  /// Channels without alpha.
  var colors: Int { unsafe channels.isMultiple(of: 2) ? channels - 1 : channels }

  /// Whether there is no alpha channel or every pixel has the largest alpha.
  var isOpaque: Bool {
    guard unsafe colors < channels else { return true }
    return unsafe (0..<pixels).allSatisfy { pixel in
      let start = unsafe (pixel * channels + colors) * depth
      return unsafe (start..<start + depth).allSatisfy { unsafe samples[$0] == 0xFF }
    }
  }

  /// The colours as `[C, H, W]` in 0...1.
  func values() -> [Float] {
    let (count, channels, colors, pixels) = unsafe (pixels * colors, channels, colors, pixels)
    // SAFETY: each of the `count` elements is written once, from within the samples.
    return unsafe [Float](unsafeUninitializedCapacity: count) { target, initialized in
      for color in 0..<colors {
        for pixel in 0..<pixels {
          let index = pixel * channels + color
          let value =
            unsafe depth == 1
            ? Float(samples[index]) / 255
            : Float(samples.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)) / 65_535
          unsafe target.initializeElement(at: color * pixels + pixel, to: value)
        }
      }
      initialized = count
    }
  }
}
