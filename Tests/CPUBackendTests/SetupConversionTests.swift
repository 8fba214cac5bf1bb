import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Values made of parameters alone that both the setup and every run read in another layout.
@Suite struct SetupConversionTests {
  /// The rows of a Jacobian before the mask are made of parameters alone; they are multiplied by a number, which the setup
  /// does, and by the mask, which a run does, and both want them dense.
  @Test(arguments: [(20, 6), (24, 15), (16, 6), (3, 8), (40, 9)], [1, 3])
  func rowsBeforeAMask(_ size: (channels: Int, side: Int), _ kernel: Int) async throws {
    let (channels, side) = size
    let graph = try Graph { scope in
      let x = scope.input("x", [2, channels, side, side])
      let mask = x.argmax(axis: 1).oneHot(channels).transposed([0, 3, 1, 2])
      let weight = scope.parameter("weight", [8, channels, kernel, kernel])
      let y = (x * 0.5 + x * mask).convolved(weight, padding: kernel / 2)
      let logits = y.globalAveragePooled().matmul(scope.parameter("head", [8, 4]))
      return [logits, logits.jacobian(withRespectTo: x)]
    }
    let device = try CPUDevice(threads: 1)
    let arguments = ReferenceModel.arguments(for: graph, seed: 1)
    let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
    for options in [PlanOptions.all, []] + PlanOptions.named.map({ PlanOptions.all.subtracting($0.option) }) {
      // Twice, since what a run leaves behind may hide what the setup has not made.
      var executable = try Executable(graph, on: device, options: options)
      let isParameter = Set(graph.inputs.filter { $0.role == .parameter }.map(\.name))
      let weights = try Weights(arguments.filter { isParameter.contains($0.key) }, on: device)
      for _ in 0..<2 {
        let inputs = arguments.filter { !isParameter.contains($0.key) }
        let found = try await executable.run(inputs, reading: weights)
        for (found, expected) in zip(found, expected) {
          #expect(relativeError(found, expected) < 1e-4, "passes \(options.rawValue)")
        }
      }
    }
  }
}
