import ArrayFiles
import Compute
import Datasets
import FileTestSupport
import Testing

@Suite struct SamplesTests {
  private let inputs = HostArray([3, 1, 1, 2], [0, 0.2, 0.4, 0.6, 0.8, 1] as [Float])

  @Test func aRangeHoldsTheSameSamples() throws {
    let data = try Samples(name: "data", inputs: inputs, labels: [0, 1, 2], classNames: ["a", "b", "c"])
    for lower in 0...3 {
      for upper in lower...3 {
        let part = data[lower..<upper]
        #expect(part.inputs == inputs.samples(lower..<upper))
        #expect(part.labels == Array(data.labels[lower..<upper]))
        #expect(part.classNames == data.classNames && part.classCount == 3)
        #expect(part.sampleShape == [1, 1, 2])
      }
    }
    for limit in [-1, 0, 2, 3, 9] { #expect(data.prefix(limit) == data[0..<min(3, max(0, limit))]) }
  }

  @Test func partsThatDoNotFitAreErrors() {
    func problem(_ inputs: HostArray, _ labels: [Int32], _ classCount: Int? = nil) -> String? {
      failure { _ = try Samples(name: "data", inputs: inputs, labels: labels, classCount: classCount) }
    }
    #expect(problem(inputs, [0, 1, 2]) == nil)
    #expect(
      problem(inputs, [0, 1]) == "data: inputs of shape [3, 1, 1, 2] and 2 labels do not belong together")
    #expect(
      problem(HostArray([], [1] as [Float]), [0])
        == "data: inputs of shape [] and 1 labels do not belong together")
    #expect(problem(HostArray([1], [1] as [Int32]), [0]) == "data: the inputs are int32, not float32")
    #expect(problem(inputs, [0, 3, 2], 3) == "data: sample 1: label 3 is outside 0..<3")
    #expect(problem(inputs, [0, 1, -1]) == "data: sample 2: label -1 is outside 0...")
  }
}
