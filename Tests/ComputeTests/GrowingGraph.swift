import Compute

/// A graph that grows with a number, as files that nobody meant to be small do.
struct GrowingGraph: Sendable, CustomStringConvertible {
  let description: String
  let graph: @Sendable (Int) throws -> Graph

  init(_ description: String, _ graph: @escaping @Sendable (Int) throws -> Graph) {
    self.description = description
    self.graph = graph
  }

  static let all = [
    additions, functions, residuals, doublings, wide, concatenation, slices, views, constants, parameters,
    products,
    gradient, jacobian, loop, carried, invariants, capturedViews, loops, longNames,
  ]

  static let additions = GrowingGraph("additions after a product") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 8])
      let product = x.matmul(scope.parameter("w", [8, 8]))
      return [(0..<count).reduce(product) { sum, _ in sum + x }]
    }
  }

  static let functions = chain("functions that are not linear") { x, _ in x.tanh() }
  static let residuals = chain("residual blocks") { x, _ in x + x.tanh() }
  static let doublings = chain("sums of a value with itself") { x, _ in x + x }
  static let constants = chain("different constants") { x, index in x * Double(index) }
  static let views = chain("views") { x, index in
    index % 2 == 0 ? x.transposed([1, 0]) : x.reshaped([4, 8]).sliced(axis: 0, from: 0, count: 4)
  }

  private static func chain(
    _ name: String, _ step: @escaping @Sendable (Tensor, Int) -> Tensor
  ) -> GrowingGraph {
    GrowingGraph(name) { count in
      try Graph { scope in [(0..<count).reduce(scope.input("x", [4, 8])) { step($0, $1) }] }
    }
  }

  static let wide = GrowingGraph("readers of one value") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 8]).tanh()
      return [(1..<count).map { (x * Double($0)).exp() }.reduce(x, +)]
    }
  }

  static let concatenation = GrowingGraph("values side by side") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 8])
      return [.concatenated((0..<count).map { x.tanh() * Double($0) }, axis: 1)]
    }
  }

  static let slices = GrowingGraph("slices of one value") { count in
    try Graph { scope in
      let x = scope.input("x", [count, 8])
      let rows = (0..<count).map { x.sliced(axis: 0, from: $0, count: 1).exp() }
      return [rows.dropFirst().reduce(rows[0], +)]
    }
  }

  static let parameters = GrowingGraph("parameters that change") { count in
    try Graph { scope in
      let x = scope.input("x", [8])
      let all = (0..<count).map { scope["layer\($0)"].parameter("weight", [8]) }
      for parameter in all { scope.update(parameter, with: parameter * 0.9 + x) }
      return [all.reduce(x) { ($0 * $1).tanh() }]
    }
  }

  static let products = GrowingGraph("layers with weights") { count in
    try Graph { scope in
      (0..<count / 8).reduce([scope.input("x", [4, 8])]) { x, layer in
        [
          (x[0].matmul(scope["\(layer)"].parameter("w", [8, 8])) + scope["\(layer)"].parameter("b", [8]))
            .relu()
        ]
      }
    }
  }

  static let gradient = GrowingGraph("a gradient") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 8])
      let y = (0..<count / 4).reduce(x) { y, _ in y + y.sigmoid() * x }
      return [y.sum().gradient(withRespectTo: x)]
    }
  }

  static let jacobian = GrowingGraph("a Jacobian") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 8])
      return [(0..<count / 8).reduce(x) { y, _ in y.tanh() + x }.jacobian(withRespectTo: x)]
    }
  }

  static let loop = GrowingGraph("the body of a loop") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 8])
      return [
        x.iterated(3) { state, number in
          (0..<count / 2).reduce(state) { y, _ in (y + x).tanh() }
            + number.cast(to: .float32).broadcast(to: [4, 8])
        }
      ]
    }
  }

  static let carried = GrowingGraph("values that a loop carries") { count in
    try Graph { scope in
      (0..<count / 8).map { scope.input("x\($0)", [4]) }.iterated(3) { state in
        state.indices.map { (state[$0] + state[($0 + 1) % state.count]).tanh() }
      }
    }
  }

  static let invariants = GrowingGraph("what does not change in a loop") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 8])
      let fixed = (0..<count).reduce(x) { y, _ in y.tanh() }
      return [x.iterated(3) { ($0 + fixed).tanh() }]
    }
  }

  static let capturedViews = GrowingGraph("views that a loop captures") { count in
    try Graph { scope in
      let x = scope.input("x", [4, 4])
      let turned = (0..<count).reduce(x) { y, _ in y.transposed([1, 0]) }
      return [x.iterated(3) { ($0 + turned).tanh() }]
    }
  }

  static let loops = GrowingGraph("loops, and their gradient") { count in
    try Graph { scope in
      let x = scope.input("x", [4])
      let y = (0..<count / 16).reduce(x) { y, _ in y.iterated(2) { $0.tanh() + x } }
      return [y.sum().gradient(withRespectTo: x)]
    }
  }

  static let longNames = GrowingGraph("readers of a parameter with a long name") { count in
    try Graph { scope in
      let w = scope.parameter(String(repeating: "layer.", count: count), [4])
      return [(0..<count).reduce(scope.input("x", [4])) { y, _ in (y * w).tanh() }]
    }
  }
}
