import Benchmarking
import Compute
import Testing

@Suite struct KernelListTests {
  @Test func everyKernelOfPlansIsListed() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [2, 3, 16, 16])
      let hidden = x.convolved(scope.parameter("w", [32, 3, 3, 3]), padding: 1).relu()
      let logits = hidden.maxPooled(WindowGeometry([2, 2])).globalAveragePooled()
      return [logits.sum().gradient(withRespectTo: x), logits.top(2).indices]
    }
    for family in [KernelFamily.cpu, .gpu] {
      let names = Set(KernelList.names(of: family))
      let launched = Set(Plan(graph, family: family).launchesByKernel.keys)
      #expect(launched.isSubset(of: names), "\(launched.subtracting(names))")
    }
  }

  @Test func helpersAreNotListed() {
    for family in [KernelFamily.cpu, .gpu] {
      let names = KernelList.names(of: family)
      #expect(names.count > 20)
      #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" } })
    }
  }
}
