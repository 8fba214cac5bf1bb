import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

/// Networks mean the same on the CPU device and in the interpreter.
@Suite struct AgreementTests {
  @Test(arguments: SmallNetwork.all)
  func logitsAndInputGradientsAgree(_ small: SmallNetwork) async throws {
    let model = try small.model()
    let graph = try Graph { scope in
      let images = scope.input("images", Shape([3] + small.input.extents))
      let logits = model.bound(in: scope)(images)
      let loss = logits.crossEntropy(scope.constant(HostArray([3], [Int32](0..<3))))
      return [logits, loss.gradient(withRespectTo: images)]
    }
    var arguments = model.values
    arguments["images"] = small.images(3)
    let errors = try await relativeErrors(graph, arguments, on: CPUDevice())
    #expect(errors.allSatisfy { $0 < 1e-4 }, "\(errors)")
  }

  @Test(arguments: SmallNetwork.all)
  func weightGradientsInTrainingAgree(_ small: SmallNetwork) async throws {
    let model = try small.model()
    let graph = try Graph { scope in
      let images = scope.input("images", Shape([4] + small.input.extents))
      let network = model.bound(in: scope)
      let randomness = Randomness(seed: 1, samples: scope.iota([4], axis: 0))
      let (outputs, statistics) = network.applied(to: [images], mode: .training(randomness: randomness))
      let loss = outputs[0].crossEntropy(scope.constant(HostArray([4], [Int32](0..<4)))).mean()
      let measured = statistics.sorted { $0.key < $1.key }.map(\.value)
      return outputs + measured + loss.gradients(withRespectTo: network.weights)
    }
    var arguments = model.values
    arguments["images"] = small.images(4)
    let actual = try await outputs(of: graph, arguments, on: CPUDevice())
    let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
    // Gradients that cancel to almost nothing, as those of a bias in front of a normalisation, have no relative error.
    let largest = expected.map { $0.values.map(abs).max() ?? 0 }.max() ?? 0
    for (a, b) in zip(actual, expected) where (b.values.map(abs).max() ?? 0) > 1e-6 * largest {
      #expect(relativeError(a, b) < 1e-3)
    }
  }
}
