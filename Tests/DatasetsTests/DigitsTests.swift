import Compute
import Datasets
import Testing

@Suite struct DigitsTests {
  @Test func thePartsAreTheWholeInOrder() {
    #expect(Digits.all.inputs.shape == [1_797, 1, 8, 8])
    #expect(Digits.training.inputs.shape == [1_297, 1, 8, 8])
    #expect(Digits.test.inputs.shape == [500, 1, 8, 8])
    #expect(Digits.training.inputs.bytes + Digits.test.inputs.bytes == Digits.all.inputs.bytes)
    #expect(Digits.training.labels + Digits.test.labels == Digits.all.labels)
  }

  @Test func everyClassOccursInBothParts() {
    for part in [Digits.training, Digits.test] {
      #expect(part.classCount == 10)
      #expect(Set(part.labels) == Set(0..<10))
    }
  }

  @Test func pixelsAreTheSeventeenLevelsOfTheOriginal() {
    let levels = (0...16).map { Float((Double($0) * 255 / 16).rounded()) / 255 }
    #expect(Set(Digits.all.inputs.floats) == Set(levels))
  }

  @Test func theFirstDigitsAreThoseOfTheOriginal() {
    #expect(Array(Digits.all.labels[..<10]) == Array(0..<10))
    let bytes: [Float] = [0, 0, 80, 207, 143, 16, 0, 0]
    #expect(Array(Digits.all.inputs.floats[..<8]) == bytes.map { $0 / 255 })
  }

  @Test func theAttributionNamesAuthorsAndLicence() {
    for part in ["Alpaydin", "Kaynak", "UCI", "CC BY 4.0"] {
      #expect(Digits.attribution.contains(part))
    }
  }
}
