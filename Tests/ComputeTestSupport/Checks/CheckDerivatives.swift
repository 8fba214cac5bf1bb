public import Compute

extension PrimitiveSample {
  /// What the derivatives of a sample are read from.
  struct Derivatives {
    /// The values of the function.
    let results: [Tensor]
    /// A random combination of the results, then its derivative along a random direction, along another, and so on.
    var directional: [Tensor]
    /// The derivatives of each of them with respect to each differentiable input.
    var gradients: [[Tensor]]
  }

  /// Traces the function and its derivatives.
  func derivatives(_ scope: Scope, order: Int) -> Derivatives {
    let inputs = declared(scope)
    let targets = differentiable.map { inputs[$0] }
    let results = function(scope, inputs)
    var combined = scope.full([], 0)
    for (index, result) in results.enumerated() where result.element.isDifferentiable {
      combined = combined + (result * scope.input("cotangent\(index)", result.shape)).sum()
    }
    var all = Derivatives(results: results, directional: [combined], gradients: [])
    for step in 0..<order {
      let gradients = all.directional[step].gradients(withRespectTo: targets)
      let products = zip(gradients, differentiable).map { gradient, index in
        (gradient * scope.input(directionName(step, index), gradient.shape)).sum()
      }
      all.gradients.append(gradients)
      all.directional.append(products.dropFirst().reduce(products[0], +))
    }
    return all
  }

  /// The name of the input that holds the direction of a derivative.
  func directionName(_ step: Int, _ input: Int) -> String { "direction\(step).\(input)" }

  /// The function's results and all derivatives up to an order.
  public func derivativeGraph(upTo order: Int) throws -> Graph {
    try Graph { scope in
      let all = derivatives(scope, order: differentiable.isEmpty ? 0 : order)
      return all.results + all.gradients.flatMap(\.self)
    }
  }

  /// The sample's arguments and random numbers for what else the graph takes.
  public func arguments(for graph: Graph) -> [String: ReferenceArray] {
    var arguments = self.arguments
    for input in graph.inputs where arguments[input.name] == nil {
      var generator = SeededGenerator(name: name + input.name)
      arguments[input.name] = SampleInput(input.type.shape, .uniform(-1...1)).array(&generator)
    }
    return arguments
  }

  /// The arguments with the differentiable inputs moved along a direction.
  func moved(
    _ arguments: [String: ReferenceArray], step: Int, by distance: Double
  ) -> [String: ReferenceArray] {
    var moved = arguments
    for index in differentiable {
      guard let direction = arguments[directionName(step, index)] else { continue }
      for place in direction.values.indices {
        moved["x\(index)"]?.values[place] += distance * direction.values[place]
      }
    }
    return moved
  }

  /// The derivative of the graph's first output along a direction, by central differences of fourth order.
  ///
  /// In double precision their error is about 1e-10 for functions whose derivatives are of moderate size.
  func difference(_ graph: Graph, _ arguments: [String: ReferenceArray], step: Int) throws -> [Double] {
    let h = 1e-3
    func value(_ distance: Double) throws -> [Double] {
      try graph.interpret(moved(arguments, step: step, by: distance))[0].values
    }
    let (near, nearBack) = (try value(h), try value(-h))
    let (far, farBack) = (try value(2 * h), try value(-2 * h))
    return near.indices.map { (8 * (near[$0] - nearBack[$0]) - (far[$0] - farBack[$0])) / (12 * h) }
  }
}

/// Checks derivatives by reverse mode up to the sample's order.
///
/// Each order is compared with differences of the order below, along a direction of its own, so that mixed second
/// derivatives count and no precision is lost to differences of differences.
public func checkDerivatives(_ sample: PrimitiveSample, tolerance: Double = 1e-7) throws {
  guard !sample.differentiable.isEmpty else { return }
  for order in stride(from: 1, through: sample.order, by: 1) {
    let graph = try Graph { scope in [sample.derivatives(scope, order: order).directional[order]] }
    let below = try Graph { scope in [sample.derivatives(scope, order: order).directional[order - 1]] }
    let arguments = sample.arguments(for: graph)
    let found = try graph.interpret(arguments)[0].values
    let expected = try sample.difference(below, arguments, step: order - 1)
    try require(
      found.count == 1 && isNear(found[0], expected[0], tolerance),
      "\(sample): derivative of order \(order) is \(found), differences give \(expected)")
  }
}

/// Checks the derivative by forward mode, element by element, and that it agrees with reverse mode.
public func checkForwardDerivative(_ sample: PrimitiveSample, tolerance: Double = 1e-7) throws {
  guard sample.order > 0, !sample.differentiable.isEmpty else { return }
  let value = try sample.graph()
  let graph = try Graph { scope in
    let inputs = sample.declared(scope)
    let directions = sample.differentiable.map { scope.input(sample.directionName(0, $0), inputs[$0].shape) }
    func restricted(_ moving: [Tensor]) -> Tensor {
      var all = inputs
      for (index, tensor) in zip(sample.differentiable, moving) { all[index] = tensor }
      return sample.function(scope, all)[0]
    }
    return [jvp(restricted, at: sample.differentiable.map { inputs[$0] }, along: directions).tangent]
  }
  let arguments = sample.arguments(for: graph)
  let found = try graph.interpret(arguments)[0]
  let expected = ReferenceArray(found.type, try sample.difference(value, arguments, step: 0))
  try requireClose(found, expected, tolerance: tolerance, "\(sample): derivative by forward mode")
}
