import ArrayFiles
import Compute
import ComputeTestSupport
import Datasets
import FileTestSupport
import Testing

@Suite struct DataSourceTests {
  @Test func anUnknownSchemeListsTheKnownOnes() {
    for text in ["", "cifar", "cifar11:x", "/data/cifar10", ":x"] {
      let message = failure { _ = try DataSource(text) }
      #expect(message?.hasPrefix("data '\(text)': unknown data set; known are ") == true)
      for format in DataSource.formats { #expect(message?.contains(format.usage) == true) }
    }
  }

  @Test func aMalformedRestSaysWhatIsExpected() {
    for text in [
      "cifar10:", "cifar100", "cifar10::train", "idx:a", "idx:a,b,c", "npy:,b", "npz:", "folder", "digits:x",
    ] {
      #expect(failure { _ = try DataSource(text) }?.hasPrefix("data '\(text)': expected ") == true, "\(text)")
    }
  }

  @Test func digitsNeedNoFile() throws {
    #expect(try DataSource("digits").load() == Digits.test)
    #expect(try DataSource("digits:test").load(limit: 7) == Digits.test.prefix(7))
    #expect(try DataSource("digits:train").load() == Digits.training)
  }

  @Test func bytesAreDividedBy255AndFloatsStay() throws {
    let folder = try TestFolder()
    let labels = StoredArray(shape: [2], integers: [3, 1], as: .int64)
    try NPYFile.write(labels, to: "\(folder.path)/y.npy")
    for element in [ArrayElement.uint8, .float16, .float32, .float64] {
      let images = StoredArray(shape: [2, 2], doubles: [0, 51, 102, 255], as: element)
      try NPYFile.write(images, to: "\(folder.path)/x.npy")
      try NPZArchive.write(
        [("labels", labels), ("images", images)], to: "\(folder.path)/xy.npz", compressed: true)
      let expected: [Float] = element == .uint8 ? [0, 0.2, 0.4, 1] : [0, 51, 102, 255]
      for text in ["npy:\(folder.path)/x.npy,\(folder.path)/y.npy", "npz:\(folder.path)/xy.npz"] {
        let samples = try DataSource(text).load()
        #expect(samples.inputs == HostArray([2, 2], expected))
        #expect(samples.labels == [3, 1])
        #expect(try DataSource(text).load(limit: 1) == samples.prefix(1))
      }
    }
  }

  @Test func arraysThatDoNotFitAreNamed() throws {
    let good = StoredArray(shape: [2, 2], doubles: [0, 1, 2, 3], as: .float32)
    let labels = StoredArray(shape: [2], integers: [0, 1], as: .int32)
    let cases: [(images: StoredArray, labels: StoredArray, message: String)] = [
      (
        StoredArray(shape: [2, 2], integers: [0, 1, 2, 3], as: .int32), labels,
        "inputs are uint8 in 0...255 or floats, not int32"
      ),
      (
        good, StoredArray(shape: [3], integers: [0, 1, 2], as: .int32), "there are 3 labels for the 2 inputs"
      ),
      (
        good, StoredArray(shape: [2], doubles: [0, 1], as: .float32),
        "labels are integers of shape [N] or [N, 1], or one-hot [N, K], not float32"
      ),
      (
        good, StoredArray(shape: [2, 1, 1], integers: [0, 1], as: .int32),
        "labels have one axis, or two if they are one-hot, not the shape [2, 1, 1]"
      ),
      (
        good, StoredArray(shape: [2, 2], integers: [0, 1, 1, 1], as: .int32),
        "sample 1: the labels are int32 of shape [2, 2], and this row is not one-hot"
      ),
      (
        good, StoredArray(shape: [2, 2], doubles: [0, 0.5, 1, 0], as: .float64),
        "sample 0: the labels are float64 of shape [2, 2], and this row is not one-hot"
      ),
      (good, StoredArray(shape: [2], integers: [0, -1], as: .int8), "sample 1: label -1 is no class"),
      (
        good, StoredArray(shape: [2], integers: [0, 1 << 40], as: .int64),
        "sample 1: label 1099511627776 is no class"
      ),
      (StoredArray(shape: [], doubles: [1], as: .float32), labels, "the inputs are a single number"),
    ]
    let folder = try TestFolder()
    let path = "\(folder.path)/xy.npz"
    for (images, labels, message) in cases {
      try NPZArchive.write([("images", images), ("labels", labels)], to: path)
      let problem = failure { _ = try DataSource("npz:\(path)").load(limit: 2) }
      #expect(problem?.hasPrefix(path) == true && problem?.contains(message) == true, "\(problem ?? message)")
    }
    try NPZArchive.write([("x", good)], to: path)
    #expect(
      failure { _ = try DataSource("npz:\(path)").load() }?.hasSuffix("has no array 'y'; it holds x")
        == true)
  }

  @Test func filesOfDifferentLengthsAreRefusedEvenWithALimit() throws {
    let folder = try TestFolder()
    let images = try folder.write([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 7, 9], as: "images")
    let labels = try folder.write([0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 0], as: "labels")
    #expect(
      failure { _ = try DataSource("idx:\(images),\(labels)").load(limit: 1) }
        == "\(labels): there are 3 labels for the 2 inputs of \(images)")
  }
}
