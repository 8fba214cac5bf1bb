import Compute
import Datasets
import FileTestSupport
import Testing

/// The official files, where they are there.
@Suite(.enabled(if: sharedData != nil, "needs ../shared/data"))
struct SharedDataTests {
  private func load(_ text: String, limit: Int? = nil) throws -> Samples {
    try DataSource(text.replacing("%", with: try #require(sharedData))).load(limit: limit)
  }

  @Test func cifar10IsThere() throws {
    let test = try load("cifar10:%/cifar10")
    #expect(test.inputs.shape == [5_000, 3, 32, 32])
    #expect(test.classNames?.first == "airplane" && Set(test.labels) == Set(0..<10))
    #expect(try load("cifar10:%/cifar10", limit: 100) == test.prefix(100))
    #expect(try load("cifar10:%/cifar10:train", limit: 12_000).count == 12_000)
    #expect(try load("cifar10:%/cifar10-exact/exact_test_subset.bin").count == 344)
  }

  @Test func mnistIsThere() throws {
    let text = "idx:%/mnist/t10k-images-idx3-ubyte.gz,%/mnist/t10k-labels-idx1-ubyte.gz"
    let test = try load(text)
    #expect(test.inputs.shape == [10_000, 1, 28, 28])
    #expect(test.labels.prefix(5) == [7, 2, 1, 0, 4])
    #expect(test.inputs.floats.allSatisfy { 0...1 ~= $0 })
    #expect(try load(text, limit: 100) == test.prefix(100))
  }

  @Test func goldenImagesAreTheFirstOfCIFAR10() throws {
    let golden = try load("npz:%/golden/cifar10_resnet20.npz")
    let images = try load("cifar10:%/cifar10", limit: golden.count)
    #expect(golden.inputs == images.inputs)
    #expect(golden.labels == images.labels)
  }
}
