import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Tuning changes how fast a layer is and nothing else.
@Suite struct TunerTests {
  private func graph() throws -> Graph {
    try Graph { scope in
      let image = scope.input("image", [20, 32, 8, 8])
      let weights = [[32, 32, 3, 3], [48, 32, 3, 3]].enumerated().map {
        scope.parameter("weight\($0)", Shape($1))
      }
      let y = image.convolved(weights[0], padding: 1).relu().convolved(weights[1], stride: 2, padding: 1)
      return [y, (y * y).sum().gradient(withRespectTo: image)]
    }
  }

  /// Every layer's candidates, by the layer's name.
  private func candidates(_ plan: Plan) -> [String: [String]] {
    let tunable = plan.launches(of: .run).compactMap(\.launch.tunable)
    return Dictionary(tunable.map { ($0.layer, $0.candidates) }) { first, _ in first }
  }

  @Test func noChoiceChangesABit() async throws {
    let graph = try graph()
    var device = try CPUDevice()
    let arguments = ReferenceModel.arguments(for: graph, seed: 3)
    let usual = try await outputs(of: graph, arguments, on: device)
    let candidates = candidates(Plan(graph, family: .cpu, options: device.planOptions))
    #expect(candidates.values.contains { $0.count > 2 }, "\(candidates)")
    for position in 1..<5 {
      device.tuning = Tuning(candidates.mapValues { $0[min(position, $0.count - 1)] })
      let plan = Plan(graph, family: .cpu, options: device.planOptions, tuning: device.tuning)
      let chosen = plan.launches(of: .run).compactMap(\.launch.tunable)
      #expect(chosen.allSatisfy { $0.position == min(position, $0.candidates.count - 1) })
      #expect(try await outputs(of: graph, arguments, on: device) == usual, "choice \(position)")
    }
  }

  @Test func everyLayerIsMeasuredAndNoneGetsSlower() async throws {
    let graph = try graph()
    let device = try CPUDevice()
    // Beside other tests, waiting for the device takes long.
    let tuner = try await Tuner(on: device, seconds: 3600) { try Executable(graph, on: device, tuning: $0) }
    let plan = Plan(graph, family: .cpu, options: device.planOptions)
    #expect(tuner.isComplete)
    #expect(Set(tuner.findings.map(\.layer)) == Set(candidates(plan).keys))
    for finding in tuner.findings {
      #expect(finding.after > 0 && finding.after <= finding.before)
      #expect(candidates(plan)[finding.layer]?.contains(finding.choice) == true)
    }
  }

  @Test func timeIsBounded() async throws {
    let device = try CPUDevice()
    let tuner = try await Tuner(on: device, seconds: 0) { try Executable(graph(), on: device, tuning: $0) }
    #expect(!tuner.isComplete)
    #expect(tuner.findings.allSatisfy { $0.before == $0.after }, "only the usual choice was measured")
  }

  @Test func unknownChoicesAreTheUsualOnes() throws {
    let graph = try graph()
    let usual = Plan(graph, family: .cpu)
    let layers = candidates(usual).mapValues { _ in "a choice of an older version" }
    #expect(Plan(graph, family: .cpu, tuning: Tuning(layers)).steps == usual.steps)
  }
}
