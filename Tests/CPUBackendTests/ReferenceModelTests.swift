import Compute
import ComputeTestSupport
import CPUBackend
import Testing

/// Whole networks against the interpreter in double precision.
@Suite struct ReferenceModelTests {
  @Test(arguments: ReferenceModel.all)
  func agreesWithTheInterpreterUnderEveryPass(_ model: ReferenceModel) async throws {
    let graph = try model.graph()
    let arguments = ReferenceModel.arguments(for: graph, seed: 11)
    let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
    let single = PlanOptions.named.map { (name: "all but \($0.name)", options: PlanOptions.all.subtracting($0.option)) }
    let choices = [(name: "all passes", options: PlanOptions.all), (name: "no pass", options: [])] + single
    for (name, options) in choices {
      let actual = try await outputs(of: graph, arguments, on: CPUDevice(), options: options)
      for (index, pair) in zip(actual, expected).enumerated() {
        #expect(relativeError(pair.0, pair.1) <= 1e-4, "output \(index) of \(model) with \(name)")
      }
    }
  }
}
