public import Compute

/// Checks that `vmap` gives what a loop over the members gives, for every choice of batched inputs.
public func checkBatching(
  _ sample: PrimitiveSample, tolerance: Double = 1e-12, evaluator: Evaluator = interpreter
) async throws {
  let extent = 3
  let members = (0..<extent).map { sample.arguments(member: $0) }
  let single = try sample.graph()
  for chosen in sample.choices {
    let graph = try sample.batchedGraph(chosen, extent: extent)
    var arguments = members[0]
    for index in chosen { arguments["x\(index)"] = stacked(members.compactMap { $0["x\(index)"] }) }
    let found = try await evaluator(graph, arguments)
    let results = try members.map { member in
      var own = members[0]
      for index in chosen { own["x\(index)"] = member["x\(index)"] }
      return try single.interpret(own)
    }
    for (index, value) in found.enumerated() {
      try requireClose(
        value, stacked(results.map { $0[index] }), tolerance: tolerance, "\(sample): vmap over \(chosen)")
    }
  }
}

extension PrimitiveSample {
  /// Which inputs to batch: every set of up to three, else each alone and all together.
  var choices: [[Int]] {
    guard inputs.count <= 3 else { return inputs.indices.map { [$0] }.with(Array(inputs.indices)) }
    return (1..<(1 << inputs.count)).map { mask in inputs.indices.filter { mask >> $0 & 1 == 1 } }
  }

  /// The arguments of one member of a batch.
  func arguments(member: Int) -> [String: ReferenceArray] {
    var generator = SeededGenerator(name: "\(name) \(member)")
    var arguments: [String: ReferenceArray] = [:]
    for (index, input) in inputs.enumerated() {
      arguments["x\(index)"] = input.array(member: member, &generator)
    }
    return arguments
  }

  /// The function mapped over a batch of the chosen inputs.
  func batchedGraph(_ chosen: [Int], extent: Int) throws -> Graph {
    try Graph { scope in
      let all = inputs.enumerated().map { index, input in
        let extents = (chosen.contains(index) ? [extent] : []) + input.type.shape.extents
        return scope.input("x\(index)", Shape(extents), input.type.element)
      }
      let map = vmap { (members: [Tensor]) -> [Tensor] in
        var arguments = all
        for (index, member) in zip(chosen, members) { arguments[index] = member }
        return function(scope, arguments)
      }
      return map(chosen.map { all[$0] })
    }
  }
}

/// The arrays one after the other along a new first axis.
public func stacked(_ arrays: [ReferenceArray]) -> ReferenceArray {
  let type = arrays.first?.type ?? TensorType([])
  return ReferenceArray(
    TensorType(Shape([arrays.count] + type.shape.extents), type.element), arrays.flatMap(\.values))
}
