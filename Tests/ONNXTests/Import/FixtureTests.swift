import ArrayFiles
import Compute
import Networks
import ONNX
import Testing

/// The project's own models give what ONNX Runtime gives, for any number of samples, and are differentiable.
@Suite struct FixtureTests {
  @Test(arguments: Fixture.all)
  func agrees(_ fixture: Fixture) async throws {
    let device = try TestDevices.processor()
    let expected = try fixture.outputs()
    let outputs = try await run(fixture, try fixture.inputs(), on: device)
    #expect(outputs.count == expected.count)
    for (output, wanted) in zip(outputs, expected) {
      #expect(output.shape.extents == wanted.shape)
      #expect(relativeError(output.floats, wanted.floats) < 1e-5)
    }
  }

  @Test(arguments: Fixture.all)
  func givesTheSameBitsForAnyBatch(_ fixture: Fixture) async throws {
    let device = try TestDevices.processor()
    let inputs = try fixture.inputs()
    let whole = try await run(fixture, inputs, on: device)
    for sample in 0..<3 {
      let alone = try await run(fixture, inputs.map { $0.sample(sample) }, on: device)
      for (all, one) in zip(whole, alone) {
        let size = all.bytes.count / 3
        #expect(Array(all.bytes[(sample * size)..<((sample + 1) * size)]) == one.bytes)
      }
    }
  }

  @Test(arguments: Fixture.all)
  func hasTheDerivativesOfItsDifferences(_ fixture: Fixture) throws {
    let model = try fixture.model().model()
    let input = try fixture.inputs()[0]
    let name = try #require(model.parameters.first { $0.role == .weight }).name
    let graph = try Graph { scope in
      let network = model.bound(in: scope)
      let x = scope.input("x", Shape(input.shape))
      let value = (network(x) * network(x)).sum()
      let weight = try #require(network.parameters[name])
      return [value, value.gradient(withRespectTo: x), value.gradient(withRespectTo: weight)]
    }
    var arguments = model.values.mapValues { ReferenceArray($0) }
    arguments["x"] = ReferenceArray(input.float32())
    let results = try graph.interpret(arguments)
    for (changed, gradient) in [("x", results[1]), (name, results[2])] {
      let index = try #require(
        gradient.values.indices.max { abs(gradient.values[$0]) < abs(gradient.values[$1]) })
      let step = 1e-6
      let values = try [-step, step].map { offset in
        var arguments = arguments
        arguments[changed]?.values[index] += offset
        return try graph.interpret(arguments)[0].values[0]
      }
      let quotient = (values[1] - values[0]) / (2 * step)
      #expect(abs(quotient - gradient.values[index]) <= 1e-5 * max(1, abs(quotient)), "\(changed)")
    }
  }

  private func run(
    _ fixture: Fixture, _ inputs: [StoredArray], on device: any Device
  ) async throws -> [HostArray] {
    let model = try fixture.model().model()
    let weights = try Weights(model.values, on: device)
    let graph = try Graph { scope in
      let network = model.bound(in: scope)
      return network(zip(model.inputs, inputs).map { scope.input($0.name, Shape($1.shape), $0.element) })
    }
    var executable = try Executable(graph, on: device)
    let arguments = zip(model.inputs, inputs).map { ($0.name, $1.float32()) }
    return try await executable.run(
      Dictionary(uniqueKeysWithValues: arguments), reading: weights)
  }
}

extension StoredArray {
  /// One sample, with its axis.
  fileprivate func sample(_ index: Int) -> StoredArray {
    let size = bytes.count / shape[0]
    return StoredArray(
      shape: [1] + shape.dropFirst(), element: element,
      bytes: Array(bytes[(index * size)..<((index + 1) * size)]))
  }
}
