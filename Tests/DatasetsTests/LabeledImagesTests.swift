import Datasets
import Testing

private let pixels: [UInt8] = [0, 51, 102, 153, 204, 255]

/// The message of the error that these parts cause; nil if they fit.
private func failure(
  _ imageShape: [Int], labels: [Int32], classCount: Int = 3
) -> String? {
  do throws(LabeledImagesError) {
    _ = try LabeledImages(
      pixels: pixels, imageShape: imageShape, labels: labels, classCount: classCount, name: "data")
    return nil
  } catch {
    return error.description
  }
}

private func file(_ shape: [UInt8], _ elements: [UInt8], name: String) throws -> IDXFile {
  try IDXFile([0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, $0] } + elements, name: name)
}

@Suite struct LabeledImagesTests {
  @Test func valuesArePixelsOver255() throws {
    let data = try LabeledImages(
      pixels: pixels, imageShape: [1, 1, 2], labels: [0, 1, 2], classCount: 3, name: "data")
    let values: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]
    #expect(data.images == values)
    #expect(data.shape == [3, 1, 1, 2])
  }

  @Test func aRangeHoldsTheSameImagesAndLabels() throws {
    let data = try LabeledImages(
      pixels: pixels, imageShape: [1, 1, 2], labels: [0, 1, 2], classCount: 3, name: "data")
    for lower in 0...3 {
      for upper in lower...3 {
        let part = data[lower..<upper]
        #expect(part.pixels == Array(pixels[2 * lower..<2 * upper]))
        #expect(part.labels == Array(data.labels[lower..<upper]))
        #expect(part.shape == [upper - lower, 1, 1, 2])
        #expect(part.classCount == 3)
      }
    }
  }

  @Test func partsThatDoNotFitAreErrors() {
    #expect(failure([1, 1, 2], labels: [0, 1, 2]) == nil)
    for shape in [[1, 2], [], [1, 0, 2], [1, -1, -2], [1, 1, 1, 2], [.max, .max, 2]] {
      #expect(failure(shape, labels: [0, 1, 2]) == "data: \(shape) is not the shape [C, H, W] of an image")
    }
    #expect(
      failure([1, 1, 4], labels: [0])
        == "data: 6 pixels are not 1 images of shape [1, 1, 4], one for each label")
    #expect(
      failure([1, 1, 2], labels: [0, 1])
        == "data: 6 pixels are not 2 images of shape [1, 1, 2], one for each label")
    #expect(failure([1, 1, 2], labels: [0, 3, 2]) == "data: sample 1: label 3 is outside 0..<3")
    #expect(failure([1, 1, 2], labels: [0, 1, -1]) == "data: sample 2: label -1 is outside 0..<3")
    #expect(
      failure([1, 1, 2], labels: [0, 1, 2], classCount: -1)
        == "data: sample 0: label 0 is outside 0..<-1")
  }

  @Test func aMissingChannelAxisIsOneChannel() throws {
    let labels = try file([3], [0, 1, 2], name: "labels")
    let gray = try LabeledImages(
      images: file([3, 1, 2], pixels, name: "images"), labels: labels, classCount: 3)
    let explicit = try LabeledImages(
      images: file([3, 1, 1, 2], pixels, name: "images"), labels: labels, classCount: 3)
    #expect(gray == explicit)
  }

  @Test func errorsNameTheFileThatIsWrong() throws {
    let images = try file([3, 1, 2], pixels, name: "images")
    let labels = try file([3], [0, 1, 2], name: "labels")
    #expect(throws: LabeledImagesError.self) {
      try LabeledImages(images: labels, labels: labels, classCount: 3)
    }
    let swapped = #expect(throws: LabeledImagesError.self) {
      try LabeledImages(images: images, labels: images, classCount: 3)
    }
    #expect(swapped?.description == "images: the shape [3, 1, 2] has 3 dimensions, not 1")
    let unknown = #expect(throws: LabeledImagesError.self) {
      try LabeledImages(images: images, labels: labels, classCount: 2)
    }
    #expect(unknown?.description == "images, labels: sample 2: label 2 is outside 0..<2")
  }
}
