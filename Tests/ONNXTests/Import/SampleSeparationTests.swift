import ArrayFiles
import Compute
import ComputeTestSupport
import Networks
import Testing

@testable import ONNX

/// A model that is taken gives each sample what that sample alone would get; one that would not is refused by name.
@Suite struct SampleSeparationTests {
  @Test(arguments: 0..<40)
  func separatesOrRefuses(_ seed: Int) throws {
    for index in 0..<10 {
      var network = MixingNetwork(seed: UInt64(seed * 10 + index))
      let file = try network.model()
      do {
        let model = try file.model()
        #expect(network.mixture == nil, "\(network.moves) was taken")
        try checkSeparate(model, "\(network.moves)")
      } catch let error as FileError {
        let mixture = try #require(network.mixture, "\(network.moves): \(error)")
        #expect("\(error)".contains("samples"), "\(error)")
        #expect(error.place?.contains("node") == true, "\(mixture): \(error)")
      }
    }
  }

  private func checkSeparate(_ model: Model, _ what: String) throws {
    let samples = HostArray.scattered([4, MixingNetwork.rows, MixingNetwork.columns], seed: what.count)
    let whole = try model.interpreted(samples)[0]
    let size = whole.values.count / 4
    for index in 0..<4 {
      let alone = try model.interpreted(samples.sample(index))[0]
      for (place, value) in alone.values.enumerated() {
        let other = whole.values[index * size + place]
        #expect(abs(value - other) <= 1e-9 * max(1, abs(value)), "\(what): sample \(index)")
      }
    }
  }

  /// Every kind of mixture is drawn, and is the only reason for a refusal.
  @Test(arguments: MixingNetwork.Mixture.allCases)
  func names(_ mixture: MixingNetwork.Mixture) throws {
    var network = MixingNetwork(seed: 1)
    network.mixture = mixture
    let error = #expect(throws: FileError.self) { _ = try network.model().model() }
    #expect(
      error?.place?.contains("(\(mixture.culprit),") == true, "\(mixture): \(error.map { "\($0)" } ?? "")")
    // What was meant for the whole array at once still runs.
    #expect(throws: Never.self) {
      _ = try network.model().model(for: [
        StoredArray(shape: [4, 4, 6], floats: [Float](repeating: 0.5, count: 96))
      ])
    }
  }

  @Test func keepsAModelOfOneSample() throws {
    var network = MixingNetwork(seed: 3, batch: 1)
    network.mixture = .softmax
    let model = try network.model().model()
    try checkSeparate(model, "a batch of one")
  }

  @Test func picksARowOfEachSampleByItsOwnNumbers() throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 4, 6])
    builder.output("y", ["N", 6])
    builder.integer("zero", 0)
    builder.integer("one", 1)
    builder.integers("column", [-1, 1])
    builder.step("Shape", ["x"], "shape")
    builder.step("Gather", ["shape", "zero"], "count")
    builder.step("Range", ["zero", "count", "one"], "numbers")
    builder.step("ReduceMax", ["x"], "peaks", integers: ["keepdims": 0], lists: ["axes": [2]])
    builder.step("ArgMax", ["peaks"], "best", integers: ["axis": 1, "keepdims": 0])
    builder.step("Reshape", ["numbers", "column"], "first")
    builder.step("Reshape", ["best", "column"], "second")
    builder.step("Concat", ["first", "second"], "places", integers: ["axis": 1])
    builder.step("GatherND", ["x", "places"], "y")
    try checkSeparate(try builder.model().model(), "rows by number")
  }

  @Test func refusesARowOfAnotherSample() throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 4, 6])
    builder.output("y", ["N", 6])
    builder.integers("flat", [-1, 6])
    builder.integers("each", [-1, 4])
    builder.step("ReduceMax", ["x"], "peaks", integers: ["keepdims": 0], lists: ["axes": [2]])
    builder.step("ArgMax", ["peaks"], "best", integers: ["axis": 1, "keepdims": 0])
    builder.step("Reshape", ["x", "flat"], "rows")
    builder.step("Gather", ["rows", "best"], "y", integers: ["axis": 0])
    let error = #expect(throws: FileError.self) { try builder.model().model() }
    #expect(error?.place == "node 'node of y' (Gather, opset 17)")
  }

  /// Cuts the first sample from the batch and joins something of it with the rest.
  private func rejoined(_ change: (inout ModelBuilder) -> (first: String, rest: String)) throws -> ONNXModel {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 2])
    for (name, value) in [("zero", 0), ("one", 1), ("end", .max), ("before", .min + 1), ("back", -1)]
      as [(String, Int64)]
    {
      builder.integers(name, [value])
    }
    builder.step("Slice", ["x", "zero", "one", "zero"], "first")
    builder.step("Slice", ["x", "one", "end", "zero"], "rest")
    let (first, rest) = change(&builder)
    builder.step("Concat", [first, rest], "y", integers: ["axis": 0])
    return try builder.model()
  }

  /// Moves alone can depend on the place in the batch.
  @Test func refusesAFirstSampleThatIsMovedOtherwise() throws {
    let turned = try rejoined { builder in
      builder.step("Slice", ["first", "back", "before", "one", "back"], "turned")
      return ("turned", "rest")
    }
    let foreign = try rejoined { builder in
      builder.step("Sigmoid", ["x"], "curve")
      builder.step("Slice", ["curve", "one", "end", "zero"], "others")
      return ("first", "others")
    }
    for file in [turned, foreign] {
      let error = #expect(throws: FileError.self) { try file.model() }
      #expect(error?.place == "node 'node of y' (Concat, opset 17)")
    }
  }

  @Test func takesWhatIsCutAndJoinedUnchanged() throws {
    let model = try rejoined { _ in ("first", "rest") }.model()
    let samples = HostArray.scattered([4, 2], seed: 1)
    #expect(try model.interpreted(samples)[0].values == ReferenceArray(samples).values)
  }

  @Test func refusesAnOutputInAnotherOrder() throws {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 2])
    for (name, value) in [("start", -1), ("end", Int64.min + 1), ("axis", 0), ("step", -1)]
      as [(String, Int64)]
    {
      builder.integers(name, [value])
    }
    builder.step("Slice", ["x", "start", "end", "axis", "step"], "y")
    let error = #expect(throws: FileError.self) { try builder.model().model() }
    #expect(error?.place == "output 'y'")
  }
}
