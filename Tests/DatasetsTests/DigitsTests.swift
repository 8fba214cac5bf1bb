import Datasets
import Testing

@Suite struct DigitsTests {
  @Test func thePartsAreTheWholeInOrder() {
    #expect(Digits.all.shape == [1_797, 1, 8, 8])
    #expect(Digits.training.shape == [1_297, 1, 8, 8])
    #expect(Digits.test.shape == [500, 1, 8, 8])
    #expect(Digits.training.pixels + Digits.test.pixels == Digits.all.pixels)
    #expect(Digits.training.labels + Digits.test.labels == Digits.all.labels)
  }

  @Test func everyClassOccursInBothParts() {
    for part in [Digits.training, Digits.test] {
      #expect(part.classCount == 10)
      #expect(Set(part.labels) == Set(0..<10))
    }
  }

  @Test func pixelsAreTheSeventeenLevelsOfTheOriginal() {
    #expect(Set(Digits.all.pixels) == Set((0...16).map { UInt8((Double($0) * 255 / 16).rounded()) }))
    #expect(Digits.all.images.allSatisfy { 0...1 ~= $0 })
  }

  @Test func theFirstDigitsAreThoseOfTheOriginal() {
    #expect(Array(Digits.all.labels[..<10]) == Array(0..<10))
    #expect(Array(Digits.all.pixels[..<8]) == [0, 0, 80, 207, 143, 16, 0, 0])
  }

  @Test func theAttributionNamesAuthorsAndLicence() {
    for part in ["Alpaydin", "Kaynak", "UCI", "CC BY 4.0"] {
      #expect(Digits.attribution.contains(part))
    }
  }
}
