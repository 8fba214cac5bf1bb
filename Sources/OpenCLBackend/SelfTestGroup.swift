import Compute

/// Some kernels that are tested together, as a graph that uses them.
struct SelfTestGroup: Sendable {
  /// The name in messages, a plural.
  let name: String
  /// The kernels that fail where this fails; all of them where empty.
  let subjects: [String]
  /// About how long a processor takes to compile them.
  let seconds: Double
  /// Passes that the plan is made without, so that it has these kernels.
  let without: PlanOptions
  /// The relative error in norm that results may have.
  let tolerance: Double
  /// What its plan has besides the passes of the device.
  let options: PlanOptions
  private let values: @Sendable (TensorType) -> HostArray
  private let outputs: @Sendable (Scope) -> [Tensor]

  /// Counts changes of the groups, so that old verdicts are not taken for theirs.
  static let version = 5

  /// Makes a group.
  ///
  /// - Parameters:
  ///   - values: What the inputs of a type hold.
  init(
    name: String, subjects: [String] = [], seconds: Double = 0.3, without: PlanOptions = [],
    tolerance: Double = 1e-4, options: PlanOptions = [],
    values: @escaping @Sendable (TensorType) -> HostArray = { value($0) },
    outputs: @escaping @Sendable (Scope) -> [Tensor]
  ) {
    self.name = name
    self.subjects = subjects
    self.seconds = seconds
    self.without = without
    self.tolerance = tolerance
    self.options = options
    self.values = values
    self.outputs = outputs
  }

  /// What its plan is made with on a device that has these passes.
  func planOptions(_ passes: PlanOptions) -> PlanOptions { passes.subtracting(without).union(options) }

  func graph() throws -> Graph { try Graph { scope in outputs(scope) } }

  /// A value for each input of the graph.
  func arguments(_ graph: Graph) -> [String: HostArray] {
    Dictionary(graph.inputs.map { ($0.name, values($0.type)) }) { first, _ in first }
  }

  /// The groups of the GPU family, whose kernels a driver compiles at once.
  static let graphics = [
    maps, reductions, indexing, windows, products, convolutions, fastConvolutions, exactSums, random,
  ]

  /// Those of the precision `exact`, where nothing is left of the largest terms.
  ///
  /// A runtime that contracts or reorders what it compiles makes them as inexact as others.
  static let exactSums = SelfTestGroup(
    name: "exact sums",
    subjects: [
      "exact_convolution", "pack_exact", "exact_weights", "exact_matmul", "pack_exact_matrix", "exact_sum",
    ], seconds: 4, tolerance: 1e-6, options: .exactSums
  ) { scope in
    let (a, b) = (scope.input("a", [3, 70]), scope.input("b", [70, 18]))
    let x = scope.input("x", [2, 9, 6, 5])
    func cancelling(_ x: Tensor, axis: Int) -> Tensor { .concatenated([x, x * 0.001, -x], axis: axis) }
    let weight = scope.input("weight", [18, 9, 3, 2])
    let tripled = Tensor.concatenated([weight, weight, weight], axis: 1)
    let (trained, pooled) = (
      x.convolved(weight, stride: 2, padding: 1),
      x.reshaped([18, 6, 5]).sumPooled(WindowGeometry([3, 2], stride: [2, 2], low: [1, 0]))
    )
    let total = (trained * trained).sum() + (pooled * pooled).sum()
    return [
      cancelling(a, axis: 1).matmul(.concatenated([b, b, b], axis: 0)), cancelling(a, axis: 1).sum([1]),
      cancelling(x, axis: 1).convolved(tripled, stride: 2, padding: 1),
      cancelling(x, axis: 0).sum([0, 2]), trained, pooled,
    ] + total.gradients(withRespectTo: [x, weight])
  }

  /// The group whose kernels others can stand in for.
  static let fastConvolutions = SelfTestGroup(name: "fast convolutions") { scope in
    let x = scope.input("x", [2, 16, 5, 8])
    let weight = constant(scope, [17, 16, 3, 3], scale: 0.2)
    let y = (x.convolved(weight, padding: 1) + constant(scope, [17, 1, 1])).relu()
    return [y, (y * y).sum().gradient(withRespectTo: x)]
  }

  private static let maps = SelfTestGroup(name: "maps") { elementwise($0) }

  /// Functions of every kind.
  static func elementwise(_ scope: Scope) -> [Tensor] {
    let x = scope.input("x", [3, 41])
    let positive = x.absolute() + 0.25
    let curves = [x.exp(), positive.log(), x.tanh(), x.sigmoid(), x.erf(), (x * 5).sin(), (x * 5).cos()]
    let small = x * 0.5
    let angles = [small.tan(), small.asin(), small.acos(), x.atan()]
    let hyperbolas = [x.sinh(), x.cosh(), x.asinh(), (positive + 1).acosh(), small.atanh()]
    let powers = [positive.sqrt(), positive.reciprocalSquareRoot(), positive.power(1.7), 1.0 / positive]
    let steps = [(x * 3).floor(), (x * 3).rounded(), x.sign(), x.relu(), x.clamped(to: -0.5...0.5)]
    let chosen = (x .> 0.1).select(x, x.transposed([1, 0]).reshaped([3, 41]))
    let whole = (x * 100).cast(to: .int32)
    return [curves, angles, hyperbolas, powers, steps].map { Tensor.concatenated($0, axis: 0) } + [
      chosen, x .< 0, whole ^ (whole >> 3),
    ]
  }

  private static let reductions = SelfTestGroup(name: "reductions") { scope in
    let (x, long) = (scope.input("x", [3, 70, 5]), scope.input("long", [1, 66000]))
    return [
      x.sum([1]), x.sum([2]), x.sum([0, 2]), x.maximum(over: [1]), x.minimum(over: [2]), x.argmax(axis: 1),
      (x * x).mean(), long.sum([1]), long.argmin(axis: 1), x.softmax(axis: 1),
    ]
  }

  private static let indexing = SelfTestGroup(name: "indexing kernels") { scope in
    let x = scope.input("x", [4, 9, 3])
    let picked = x.taking(scope.constant(HostArray([5], [Int32(8), 0, 3, 3, 1])), axis: 1)
    let rows = x.reshaped([12, 9])
    let top = rows.top(4)
    return [
      picked, (picked * picked).sum().gradient(withRespectTo: x), x.cumulativeSum(axis: 1), top.values,
      top.indices,
      x.padded(low: [0, 2, 1], high: [1, 0, 0], value: 2),
    ]
  }

  private static let windows = SelfTestGroup(name: "pooling kernels") { scope in
    let x = scope.input("x", [2, 3, 7, 9])
    let window = WindowGeometry([3, 2], stride: [2, 2], low: [1, 0], high: [1, 1])
    let (largest, sums) = (x.maxPooled(window), x.sumPooled(window))
    return [
      largest, sums, (largest * largest).sum().gradient(withRespectTo: x),
      (sums * sums).sum().gradient(withRespectTo: x),
    ]
  }

  private static let products = SelfTestGroup(name: "matrix products") { scope in
    let (a, b) = (scope.input("a", [2, 19, 37]), scope.input("b", [2, 37, 21]))
    let shared = constant(scope, [37, 70])
    return [a.matmul(b), a.matmul(shared), b.transposed([0, 2, 1]).matmul(a.transposed([0, 2, 1]))]
  }

  private static let convolutions = SelfTestGroup(name: "convolutions") { scope in
    let (few, many) = (scope.input("few", [2, 3, 9, 8]), scope.input("many", [2, 16, 5, 6]))
    let first = few.convolved(constant(scope, [17, 3, 3, 3]), stride: 2, padding: 1)
    let direct = many.convolved(constant(scope, [18, 16, 3, 2], scale: 0.2), stride: 2, padding: 1)
    let depthwise = many.convolved(constant(scope, [16, 1, 3, 3]), padding: 1, groups: 16)
    let grouped = many.convolved(constant(scope, [4, 8, 2, 2], scale: 0.3), dilation: 2, groups: 2)
    let weight = scope.input("weight", [17, 16, 3, 3])
    let trained = many.convolved(weight, stride: 2)
    let results = [first, direct, depthwise, grouped, trained]
    let total = results[1...].map { ($0 * $0).sum() }.reduce((first * first).sum(), +)
    return results + total.gradients(withRespectTo: [few, many, weight])
  }

  private static let random = SelfTestGroup(name: "random numbers") { numbers($0) }

  /// Random numbers.
  static func numbers(_ scope: Scope) -> [Tensor] {
    let bits = Randomness(seed: 0x1234_5678_9abc_def0, samples: scope.iota([2], axis: 0))
    return [bits.uniform([2, 33]), bits.purpose(1).normal([2, 9])]
  }

  // MARK: Values

  static func constant(_ scope: Scope, _ shape: Shape, scale: Float = 1) -> Tensor {
    scope.constant(HostArray(shape, value(TensorType(shape)).floats.map { $0 * scale }))
  }

  /// Numbers between -1 and 1 that neither repeat soon nor tie.
  static func value(_ type: TensorType) -> HostArray {
    let values = (0..<type.shape.count).map { index -> Float in
      let step = (index * 7919 + 13) % 10007
      return Float(step) / 5003.5 - 1
    }
    return HostArray(type.shape, values)
  }

  /// The norm of the difference over the norm of the expected value; whole numbers must be equal.
  static func relativeError(of found: ReferenceArray, _ expected: ReferenceArray) -> Double {
    guard expected.type.element == .float32 else { return found.values == expected.values ? 0 : 1 }
    let difference = zip(found.values, expected.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let norm = expected.values.reduce(0) { $0 + $1 * $1 }
    return difference.isFinite ? (difference / max(norm, 1e-12)).squareRoot() : .infinity
  }
}
