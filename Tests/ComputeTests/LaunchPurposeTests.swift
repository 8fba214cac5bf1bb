import Testing

@testable import Compute

@Suite struct LaunchPurposeTests {
  /// Two convolutions with batch normalisation folded into the first, a pool, and a linear layer.
  private static func logits(_ scope: Scope, _ images: Tensor) -> Tensor {
    let (first, second) = (scope["first"], scope["second"])
    let factor = first.parameter("factor", [32]).reshaped([1, 32, 1, 1])
    let x = images.convolved(first.parameter("weight", [32, 3, 3, 3]), padding: 1)
    let y = (x * factor.broadcast(to: x.shape)).relu()
    let z = y.convolved(second.parameter("weight", [32, 32, 3, 3]), stride: 2, padding: 1).relu()
    return z.mean([2, 3]).reshaped([images.shape[0], 32])
      .matmul(scope["last"].parameter("weight", [32, 10]))
  }

  private static func forward() throws -> Graph {
    try Graph { [logits($0, $0.input("images", [4, 3, 8, 8]))] }
  }

  private static func gradient() throws -> Graph {
    try Graph { scope in
      let images = scope.input("images", [4, 3, 8, 8])
      let y = logits(scope, images)
      return [(y * y).sum().gradient(withRespectTo: images)]
    }
  }

  private func launches(_ plan: Plan) -> [Plan.CountedLaunch] {
    plan.launches(of: .setup) + plan.launches(of: .run)
  }

  @Test(arguments: [KernelFamily.cpu, .gpu])
  func multiplyAddsAddUp(_ family: KernelFamily) throws {
    for graph in [try Self.forward(), try Self.gradient()] {
      let plan = Plan(graph, family: family)
      let sum = launches(plan).reduce(0) { $0 + $1.count * $1.launch.purpose.multiplyAdds }
      #expect(sum == graph.multiplyAdds)
      #expect(sum > 0)
    }
  }

  @Test func layersAreTheScopesOfTheirWeights() throws {
    let plan = Plan(try Self.forward(), family: .cpu)
    let working = plan.launches(of: .run).map(\.launch.purpose).filter { $0.multiplyAdds > 0 }
    #expect(working.map(\.layer) == ["first", "second", "last"])
    #expect(working[0].operation == "convolution + relu")
    #expect(working.allSatisfy { $0.part == .operation })
  }

  @Test func packingIsNoOperation() throws {
    let plan = Plan(try Self.forward(), family: .cpu)
    let setup = plan.launches(of: .setup).map(\.launch.purpose)
    #expect(setup.contains { $0.part == .preparation && $0.layer == "second" })
    #expect(setup.allSatisfy { $0.multiplyAdds == 0 })
  }

  @Test func weightGradientsBelongToTheLayerTheyChange() throws {
    let graph = try Graph { scope in
      let images = scope.input("images", [4, 16, 8, 8])
      let weight = scope["block"].parameter("weight", [16, 16, 3, 3])
      let velocity = scope["velocity"].parameter("block.weight", [16, 16, 3, 3])
      let y = images.convolved(weight)
      let loss = (y * y).sum()
      let next = velocity * 0.9 + loss.gradient(withRespectTo: weight)
      scope.update(velocity, with: next)
      scope.update(weight, with: weight - next * 0.1)
      return [loss]
    }
    let purposes = Plan(graph, family: .cpu).launches(of: .run).map(\.launch.purpose)
    let gradients = purposes.filter { $0.operation == "weight gradient" && $0.part == .operation }
    #expect(!gradients.isEmpty)
    #expect(gradients.allSatisfy { $0.layer == "block" })
    #expect(gradients.count { $0.multiplyAdds > 0 } == 1)
  }

  @Test func loopsCountTheirLaunches() throws {
    let graph = try Graph { scope in
      let weight = scope["cell"].parameter("weight", [16, 16])
      return [scope.input("x", [5, 16]).iterated(3) { $0.matmul(weight).tanh() }]
    }
    let plan = Plan(graph, family: .cpu)
    let products = plan.launches(of: .run).filter { $0.launch.purpose.multiplyAdds > 0 }
    #expect(products.map(\.count) == [3])
    #expect(products.map(\.launch.purpose.layer) == ["cell"])
    #expect(products.reduce(0) { $0 + $1.count * $1.launch.purpose.multiplyAdds } == graph.multiplyAdds)
    #expect(plan.launches(of: .run).reduce(0) { $0 + $1.count } == plan.launchCount)
  }

  @Test func theChoiceOfAKernelIsExplained() throws {
    func reason(_ shape: Shape, _ weight: Shape, pooled: Bool = false) throws -> String? {
      let graph = try Graph { scope in
        let y = scope.input("x", shape).convolved(scope.parameter("weight", weight), padding: 1)
        return [pooled ? y.maxPooled(WindowGeometry([2, 2], stride: [2, 2])) : y]
      }
      let plan = Plan(graph, family: .cpu, options: .all.subtracting(.matrixTiles))
      return plan.launches(of: .run).first { $0.launch.purpose.multiplyAdds > 0 }?.launch.purpose.reason
    }
    let minimal = try #require(try reason([1, 32, 8, 8], [32, 32, 3, 3]))
    #expect(minimal.contains("minimal filtering F(4x4, 3x3)"))
    let tied = try #require(try reason([1, 32, 8, 8], [32, 32, 3, 3], pooled: true))
    #expect(tied.contains("max pool"))
    #expect(try #require(try reason([1, 3, 8, 8], [32, 3, 3, 3])).contains("3 input channels"))
  }

  @Test func purposesAreNoPartOfALaunchsValue() throws {
    func plan(_ name: String) throws -> Plan {
      Plan(
        try Graph { [$0.input("x", [4, 16]).matmul($0[name].parameter("weight", [16, 16]))] }, family: .cpu)
    }
    let (a, b) = (try plan("a"), try plan("b"))
    #expect(a.steps == b.steps)
    #expect(a.launches(of: .run).last?.launch.purpose.layer == "a")
    #expect(b.launches(of: .run).last?.launch.purpose.layer == "b")
  }

  @Test func aMapTouchesWhatItsViewsReach() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [1000, 64])
      return [x.sliced(axis: 0, from: 0, count: 10) + scope.input("row", [64]).broadcast(to: [10, 64])]
    }
    for family in [KernelFamily.cpu, .gpu] {
      let launches = Plan(graph, family: family).launches(of: .run)
      #expect(launches.map(\.launch.minimumBytes) == [4 * (640 + 64 + 640)])
    }
  }
}
