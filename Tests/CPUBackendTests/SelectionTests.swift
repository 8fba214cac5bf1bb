import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Slices and paddings of images between convolutions, as shortcuts without parameters have them.
@Suite struct SelectionTests {
  @Test(arguments: InstructionSet.available, [(16, 8, 8), (17, 3, 12), (40, 0, 24), (16, 21, 0)])
  func agreesWithTheInterpreter(_ instructionSet: InstructionSet, _ extents: (Int, Int, Int)) async throws {
    let (channels, low, high) = extents
    let graph = try Graph { scope in
      let x = scope.input("x", [3, channels, 7, 10])
      let fewer = x.sliced(axis: 2, from: 1, count: 3, step: 2).sliced(axis: 3, from: 0, count: 4, step: 3)
      let y = fewer.padded(low: [0, low, 0, 2], high: [0, high, 1, 0])
      return [y, (y * y).sum().gradient(withRespectTo: x)]
    }
    let device = try CPUDevice(instructionSet: instructionSet)
    #expect(Plan(graph, family: .cpu).launchesByKernel["select_blocked"] == 2)
    let arguments = ReferenceModel.arguments(for: graph, seed: 7)
    let errors = try await relativeErrors(graph, arguments, on: device)
    #expect(errors.allSatisfy { $0 < 1e-6 }, "\(errors)")
    let plain = try await outputs(
      of: graph, arguments, on: device, options: .all.subtracting(.selectionFusion))
    #expect(try await outputs(of: graph, arguments, on: device) == plain)
  }

  /// What is not finite stays where it is.
  @Test func infinityStaysInItsChannel() async throws {
    let graph = try Graph { scope in
      [scope.input("x", [1, 16, 1, 2]).padded(low: [0, 5, 0, 0], high: [0, 3, 0, 0])]
    }
    var values = [Float](repeating: 1, count: 32)
    values[4] = .infinity
    let found = try await outputs(
      of: graph, ["x": HostArray([1, 16, 1, 2], values)], on: CPUDevice())[0].floats
    #expect(found.filter { !$0.isFinite }.count == 1 && found[2 * 5 + 4] == .infinity)
  }
}
