import Testing

@testable import Compute

/// What is known of samples where no file can lead to it.
@Suite struct SampleFlowTests {
  /// How often each class is largest in a batch belongs to no sample, though there are as many classes as samples.
  @Test func aHistogramOverSamplesMixesThem() throws {
    var verdict: SampleFlow.Verdict?
    _ = try Graph { scope in
      let x = scope.input("x", [3, 3])
      var flow = SampleFlow([x], count: 3)
      let best = x.argmax(axis: 1).reshaped([1, 3])
      let ones = scope.constant(HostArray([1, 1, 3, 1], [1, 1, 1] as [Float]))
      let counts = x.builder.add(ScatterAdd(extent: 3), [ones, best]).reshaped([3])
      flow.follow(naming: "histogram")
      verdict = flow.verdict(of: counts)
      return [counts]
    }
    #expect(verdict == .mixed(SampleMixture(place: "histogram", kind: .neighbours)))
  }

  /// Sums by index of each sample's own updates keep samples apart.
  @Test func sumsOfOwnUpdatesAreSeparate() throws {
    var verdict: SampleFlow.Verdict?
    _ = try Graph { scope in
      let x = scope.input("x", [3, 5])
      var flow = SampleFlow([x], count: 3)
      let places = scope.constant(HostArray([1, 5], [0, 1, 0, 1, 1] as [Int32]))
      let sums = x.builder.add(ScatterAdd(extent: 2), [x.reshaped([1, 3, 5, 1]), places]).reshaped([3, 2])
      flow.follow(naming: "sums")
      verdict = flow.verdict(of: sums)
      return [sums]
    }
    #expect(verdict == .separate)
  }

  @Test func nothingIsPromisedOfTheSignOfNaN() throws {
    _ = try Graph { scope in
      let number = scope.builder.constant(.splat(.nan, TensorType([2])))
      let array = scope.constant(HostArray([2], [1, .nan] as [Float]))
      #expect(number.signs == .any && array.signs == .any)
      return [number, array]
    }
  }
}
