import ArrayFiles
import ComputeTestSupport
import FileTestSupport
import Testing

@testable import Datasets

@Suite struct ResizingTests {
  @Test(arguments: ["wide.png", "tall.png"], [5, 16, 37, 64])
  func resizingGivesTheBytesThatPillowGives(name: String, side: Int) throws {
    let expected = try NPYFile.read(fixture("\(name).\(side).npy"))
    let rule = try #require(ImageResizing(shorterSide: side, crop: nil))
    let image = rule.applied(to: try ImageFile(fixture(name)).raster)
    #expect([image.channels, image.height, image.width] == expected.shape)
    #expect(image.samples == expected.bytes.map { UInt16($0) })
  }

  @Test func theMiddleIsKept() throws {
    let image = try ImageFile(fixture("wide.png")).raster
    for side in [1, 2, 9, 36, 37] {
      let rule = try #require(ImageResizing(shorterSide: nil, crop: side))
      let part = rule.applied(to: image)
      // Halves are rounded to even: of a margin of 1 nothing is above, of 3 two rows are.
      let margin = { (extent: Int) in Int((Double(extent - side) / 2).rounded(.toNearestOrEven)) }
      for (channel, row, column) in [(0, 0, 0), (2, side - 1, side - 1), (1, side / 2, 0)] {
        let source = (channel * 37 + row + margin(37)) * 53 + column + margin(53)
        #expect(part.samples[(channel * side + row) * side + column] == image.samples[source])
      }
    }
  }

  @Test func aFlatImageStaysFlatAndTheSameSizeChangesNothing() throws {
    for largest in [255, 65_535] as [UInt16] {
      for size in [(7, 9), (64, 31), (1, 1)] {
        let flat = Raster(
          channels: 1, height: size.0, width: size.1, largest: largest,
          samples: [UInt16](repeating: largest, count: size.0 * size.1))
        for side in [1, 3, 20, 65] {
          let rule = try #require(ImageResizing(shorterSide: side, crop: side))
          #expect(rule.applied(to: flat).samples == [UInt16](repeating: largest, count: side * side))
        }
      }
    }
    let image = try ImageFile(fixture("wide.png")).raster
    #expect(try #require(ImageResizing(shorterSide: 37, crop: nil)).applied(to: image) == image)
  }

  @Test func sixteenBitsKeepTheirPrecision() throws {
    // The mean of two pixels that differ by one level of 16 bits and are equal in 8.
    let image = Raster(
      channels: 1, height: 2, width: 2, largest: .max, samples: [1_000, 1_002, 1_000, 1_002])
    let rule = try #require(ImageResizing(shorterSide: 1, crop: nil))
    #expect(rule.applied(to: image).samples == [1_001])
  }

  @Test func rulesWithoutSenseAreNone() {
    for (side, crop) in [(0, nil), (-1, nil), (nil, 0), (8, 9), (1 << 20, nil)] as [(Int?, Int?)] {
      #expect(ImageResizing(shorterSide: side, crop: crop) == nil)
    }
  }
}
