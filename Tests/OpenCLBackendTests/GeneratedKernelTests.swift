import Compute
import Testing

@testable import OpenCLBackend

/// The kernels that are written for map programs, and the choice of those that are not.
struct GeneratedKernelTests {
  private func launches(_ graph: Graph) -> [Plan.Launch] {
    Plan(graph, family: .gpu).steps.compactMap { if case .launch(let launch) = $0 { launch } else { nil } }
  }

  private func generated(_ batch: Int) throws -> GeneratedKernels {
    GeneratedKernels(
      launches(
        try Graph { scope in
          let x = scope.input("x", [batch, 6, 7])
          return [(x.transposed([0, 2, 1]) * 2).tanh(), x.sum([2]), x.argmax(axis: 1)]
        }))
  }

  @Test("The text is the same for any number of samples")
  func anyBatch() throws {
    #expect(try generated(3).text == generated(8).text)
  }

  @Test("Equal programs are one kernel")
  func deduplication() throws {
    let graph = try Graph { scope in
      [scope.input("x", [9]).exp(), scope.input("y", [9]).exp(), scope.input("z", [9]).log()]
    }
    let all = launches(graph)
    let kernels = GeneratedKernels(all)
    #expect(all.count == 3)
    #expect(Set(all.compactMap { kernels.name($0) }).count == 2)
  }

  @Test("The kernel of a layer does not depend on the number of samples")
  func choice() throws {
    let plans = try [1, 7, 64, 1000].map { Plan(try networkGraph(batch: $0), family: .gpu) }
    func convolutions(_ plan: Plan) -> [String: Int] {
      plan.launchesByKernel.filter { $0.key.hasPrefix("convolution") || $0.key.hasPrefix("reduce") }
    }
    for plan in plans { #expect(convolutions(plan) == convolutions(plans[0])) }
    // Of the block and its adjoint: a pool compares what the block gives, which must not be rounded by place.
    #expect(convolutions(plans[0])["convolution_winograd"] == 1)
  }
}
