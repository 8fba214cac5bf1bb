import Compute
import ComputeTestSupport
import Testing

@Suite struct GraphTests {
  private func network(_ width: Int = 4, name: String = "image") throws -> Graph {
    try Graph { scope in
      let image = scope.input(name, [2, 3])
      let weight = scope["layer"].parameter("weight", [3, width])
      let value = image.matmul(weight).tanh()
      scope.update(weight, with: weight - 0.1 * value.gradient(withRespectTo: weight))
      return [value]
    }
  }

  @Test func printsOneLineANode() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [2, 3])
      let w = scope["layer"].parameter("w", [3])
      return [(x * w).sum([1])]
    }
    #expect(
      graph.description == """
        %0 = argument 'x' : float32[2, 3]
        %1 = parameter 'layer.w' : float32[3]
        %2 = reshape(shape: [1, 3]) %1 : float32[1, 3]
        %3 = broadcast(shape: [2, 3]) %2 : float32[2, 3]
        %4 = map(multiply) %0 %3 : float32[2, 3]
        %5 = reduce(fold: sum, axes: [1]) %4 : float32[2, 1]
        %6 = reshape(shape: [2]) %5 : float32[2]
        return %6
        """)
  }

  /// Digests name stored things, so they must never change between runs and machines.
  @Test func theDigestIsTheSameEverywhere() throws {
    #expect(Digest([]).description == "6c62272e07bb014262b821756295c58d")
    #expect(Digest("foobar".utf8).description == "343e1662793c64bf6f0d3597ba446f18")
    #expect(try network().digest == network().digest)
  }

  @Test func equalGraphsAreMadeByEqualCode() throws {
    #expect(try network() == network())
    #expect(try network().hashValue == network().hashValue)
    for other in [try network(5), try network(name: "picture")] {
      #expect(try network() != other)
      #expect(try network().digest != other.digest)
    }
  }

  @Test func constantsAreTheirBits() throws {
    let constants: [Double] = [0, -0.0, .nan, .infinity, 1]
    let graphs = try constants.map { value in try Graph { [$0.full([2], value)] } }
    #expect(Set(graphs).count == constants.count)
    #expect(Set(graphs.map(\.digest)).count == constants.count)
    for graph in graphs {
      #expect(graph == graph)
      try checkCoding(graph)
    }
  }

  @Test func graphsKeepDeclaredInputsAndDropWhatNothingNeeds() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [2])
      let unused = scope.input("unused", [3], .int32)
      _ = x.exp().sin() * unused.cast(to: .float32).sum()
      return [x * x]
    }
    #expect(graph.inputs.map(\.name) == ["x", "unused"])
    #expect(graph.nodes.count == 3)
    #expect(graph.outputTypes == [TensorType([2])])
  }

  @Test func updatesAreRoots() throws {
    let graph = try network()
    #expect(graph.updates.map(\.parameter) == ["layer.weight"])
    let image = ReferenceArray(TensorType([2, 3]), repeating: 0.5)
    let weight = ReferenceArray(TensorType([3, 4]), repeating: 0)
    let result = try graph.interpretAll(["image": image, "layer.weight": weight])
    // At weight 0 the gradient of the sum of tanh is the sum of the images.
    #expect(result.updates["layer.weight"]?.values.allSatisfy { abs($0 + 0.1) < 1e-15 } == true)
  }

  @Test func argumentsMustBeGivenAndFit() throws {
    let graph = try network()
    #expect(throws: GraphError.self) { try graph.interpret([:]) }
    let wrong = ReferenceArray(TensorType([3, 3]), repeating: 0)
    let error = try #require(throws: GraphError.self) { try graph.interpret(["image": wrong]) }
    #expect(error.message.contains("image") && error.message.contains("float32[3, 3]"))
  }

  @Test func nodesRememberTheCallersPlace() throws {
    let line = #line + 1
    let graph = try Graph { scope in [scope.full([2, 2], 1).matmul(scope.full([2, 2], 1))] }
    let places = graph.nodes.compactMap(\.location)
    #expect(places.allSatisfy { $0.description == "ComputeTests/GraphTests.swift:\(line)" })
    #expect(!places.isEmpty)
  }
}
