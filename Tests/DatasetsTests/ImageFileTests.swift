import ArrayFiles
import ComputeTestSupport
import FileTestSupport
import Testing

@testable import Datasets

@Suite struct ImageFileTests {
  /// What the fixtures hold; see the script that made them.
  private static func pattern(channels: Int, depth: Int) -> [Float] {
    let levels = 1 << depth
    return (0..<channels * 9 * 11).map { (index: Int) -> Float in
      let (channel, row, column) = (index / 99, index % 99 / 11, index % 11)
      let sample = (37 * column + 59 * row + 83 * channel) % levels
      return Float(sample) / Float(levels - 1)
    }
  }

  @Test(arguments: [1, 2, 4, 8, 16], ["", "-interlaced"])
  func grayImagesHaveOneChannel(depth: Int, suffix: String) throws {
    let image = try ImageFile(fixture("gray\(depth)\(suffix).png"))
    #expect(image.shape == [1, 9, 11])
    #expect(image.values == ImageFileTests.pattern(channels: 1, depth: depth))
  }

  @Test(arguments: [8, 16], ["color%", "color%-interlaced", "opaque%"])
  func colorImagesHaveThreeChannels(depth: Int, name: String) throws {
    let name = name.replacing("%", with: "\(depth)")
    let image = try ImageFile(fixture("\(name).png"))
    #expect(image.shape == [3, 9, 11])
    #expect(image.values == ImageFileTests.pattern(channels: 3, depth: depth))
  }

  @Test func anOpaqueGrayImageLosesItsAlpha() throws {
    let image = try ImageFile(fixture("gray-opaque8.png"))
    #expect(image.shape == [1, 9, 11])
    #expect(image.values == ImageFileTests.pattern(channels: 1, depth: 8))
  }

  @Test func palettesBecomeColors() throws {
    let image = try ImageFile(fixture("palette2.png"))
    let indices = ImageFileTests.pattern(channels: 1, depth: 2).map { Int($0 * 3) }
    let colors = (0..<3).flatMap { (channel: Int) -> [Float] in
      indices.map { Float((37 * $0 + 83 * channel) % 256) / 255 }
    }
    #expect(image.shape == [3, 9, 11])
    #expect(image.values == colors)
  }

  @Test(arguments: [
    "transparent8.png", "transparent16.png", "palette2-transparent.png", "transparent.webp",
  ])
  func transparentImagesAreRefused(name: String) {
    let message = failure { _ = try ImageFile(fixture(name)) }
    #expect(message?.hasPrefix("\(fixture(name)): has transparent pixels") == true)
  }

  @Test(arguments: ["lossless.webp", "opaque.webp", "color24.bmp", "downward.bmp", "masks32.bmp"])
  func otherFormatsHoldTheSamePixels(name: String) throws {
    let image = try ImageFile(fixture(name))
    #expect(image.shape == [3, 9, 11])
    #expect(image.values == ImageFileTests.pattern(channels: 3, depth: 8))
  }

  @Test(arguments: [1, 8])
  func bitmapsWithGrayPalettesAreGray(depth: Int) throws {
    let image = try ImageFile(fixture("gray\(depth).bmp"))
    #expect(image.shape == [1, 9, 11])
    #expect(image.values == ImageFileTests.pattern(channels: 1, depth: depth))
  }

  @Test func bitmapsOfFiveBitsAreRoundedDownAsByPillow() throws {
    let image = try ImageFile(fixture("color16.bmp"))
    let levels = ImageFileTests.pattern(channels: 3, depth: 5).map { Int(($0 * 31).rounded()) * 255 / 31 }
    #expect(image.values == levels.map { Float($0) / 255 })
  }

  @Test func bitmapsWithPalettesBecomeColors() throws {
    let (bitmap, png) = (try ImageFile(fixture("palette8.bmp")), try ImageFile(fixture("palette2.png")))
    #expect(bitmap.shape == png.shape && bitmap.values == png.values)
  }

  @Test func inksBecomeTheColorsThatPillowMakesOfThem() throws {
    let image = try ImageFile(fixture("cmyk.jpg"))
    #expect(image.wasInks)
    let expected = try NPYFile.read(fixture("cmyk.jpg.npy"))
    #expect(image.shape == expected.shape)
    #expect(zip(image.values, expected.floats).allSatisfy { abs($0 * 255 - $1) <= 2 })
  }

  @Test(arguments: ["gray.jpg", "color.jpg", "progressive.jpg", "lossy.webp"])
  func lossyFormatsAgreeWithAnotherDecoder(name: String) throws {
    let image = try ImageFile(fixture(name))
    let expected = try NPYFile.read(fixture("\(name).npy"))
    #expect(image.shape == expected.shape)
    // Decoders may differ by a level where their transforms round.
    #expect(zip(image.values, expected.floats).allSatisfy { abs($0 * 255 - $1) <= 2 })
  }

  @Test func whatIsNoImageOfAKnownKindIsRefused() throws {
    let cases = [
      ("cmyk-unmarked.jpg", "the file has four inks and does not say whether they are inverted"),
      ("gray.jpg.npy", "is neither a PNG, nor a JPEG, a BMP or a WebP file"),
      ("nothing.png", "there is no such file"), ("animated.webp", "the file is an animation"),
    ]
    for (name, message) in cases {
      #expect(failure { _ = try ImageFile(fixture(name)) }?.hasPrefix("\(fixture(name)): \(message)") == true)
    }
  }

  @Test(arguments: ["gray8.png", "color.jpg", "progressive.jpg"])
  func absurdDimensionsAreRefused(name: String) throws {
    var bytes = try InputFile(fixture(name)).read()
    // In JPEG files they follow the marker of the frame, in PNG files the name of the first chunk.
    let frame = bytes.indices.first { [0xC0, 0xC2].contains(bytes[$0]) && bytes[max(0, $0 - 1)] == 0xFF }
    let range = name.hasSuffix("png") ? 16..<24 : try #require(frame) + 4..<(try #require(frame)) + 8
    bytes.replaceSubrange(range, with: [UInt8](repeating: 0x3F, count: range.count))
    #expect(failure { _ = try ImageFile(bytes, "file") }?.hasPrefix("file: ") == true)
    if !name.hasSuffix("png") {
      bytes.replaceSubrange(range, with: [0x10, 0, 0x10, 0])
      #expect(failure { _ = try ImageFile(bytes, "file") }?.contains("too short for the size") == true)
    }
  }

  @Test(arguments: [
    "color.jpg", "gray.jpg", "progressive.jpg", "color8.png", "gray16-interlaced.png", "palette2.png",
    "lossless.webp", "lossy.webp", "color24.bmp", "gray1.bmp", "palette8.bmp", "masks32.bmp",
  ])
  func everyCutIsFound(name: String) throws {
    let bytes = try InputFile(fixture(name)).read()
    for length in 0..<bytes.count - 2 {
      #expect(
        failure { _ = try ImageFile(Array(bytes[..<length]), "file") }?.hasPrefix("file: ") == true,
        "length \(length)")
    }
  }

  @Test(arguments: [
    "color.jpg", "gray.jpg", "progressive.jpg", "cmyk.jpg", "color8.png", "gray16-interlaced.png",
    "opaque16.png",
    "palette2-transparent.png", "lossless.webp", "lossy.webp", "animated.webp", "color16.bmp", "gray1.bmp",
    "palette8.bmp", "masks32.bmp", "downward.bmp",
  ])
  func damageIsAnErrorOrAnImage(name: String) throws {
    try checkDamage(InputFile(fixture(name)).read(), seed: 7) { path in _ = try ImageFile(path) }
  }
}
