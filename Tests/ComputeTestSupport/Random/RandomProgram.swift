public import Compute

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A graph made up from a seed out of all primitives, scalar functions and transforms.
///
/// Shapes and types are valid, floats stay moderate and integers small, and functions that jump see only values that
/// are the same on every device, so that values and gradients can be compared between devices.
public struct RandomProgram: Sendable, CustomStringConvertible {
  /// What the program is made from.
  public let seed: UInt64
  /// How many steps it takes.
  public let steps: Int

  /// Makes a program; equal seeds give equal programs.
  public init(seed: UInt64, steps: Int = 12) {
    self.seed = seed
    self.steps = steps
  }

  /// How many programs a test checks: the environment variable `TREMOR_RANDOM_PROGRAMS`, or a few that take seconds.
  public static let requestedCount =
    ProcessInfo.processInfo.environment["TREMOR_RANDOM_PROGRAMS"].flatMap { UInt64($0) } ?? 200

  /// The seed.
  public var description: String { "random program \(seed)" }

  /// Whether the program is made of differentiable functions alone; every other one is.
  public var isSmooth: Bool { seed.isMultiple(of: 2) }

  /// The graph: a scalar, its gradients with respect to the float inputs, and some of the values on the way.
  public func graph() throws -> Graph {
    try Graph { scope in outputs(scope, declared(scope)) }
  }

  /// The graph's outputs for inputs of the types that ``arguments`` has, in the order a, b, i, u, p.
  public func outputs(_ scope: Scope, _ inputs: [Tensor]) -> [Tensor] {
    var pool = RandomPool(scope: scope, generator: SeededGenerator(seed: seed))
    for input in inputs { pool.add(RandomValue(tensor: input, bound: 2, isExact: true)) }
    let moves = isSmooth ? RandomMove.all.filter(\.isSmooth) : RandomMove.all
    for _ in 0..<steps {
      let move = moves[pool.int(0...(moves.count - 1))]
      if let value = move.apply(&pool) { pool.add(value) }
    }
    let targets = inputs.filter(\.element.isDifferentiable)
    let loss = loss(pool, scope)
    let last = pool.values.suffix(4).map(\.tensor)
    return [loss] + loss.gradients(withRespectTo: targets) + last
  }

  /// How many of the graph's outputs are gradients; they follow the first, which is the scalar.
  public var gradientCount: Int { floatInputs.count }

  private var floatInputs: [String] { ["a", "b"] }

  private func declared(_ scope: Scope) -> [Tensor] {
    [
      scope.input("a", [2, 3]), scope.input("b", [4]), scope.input("i", [3], .int32),
      scope.input("u", [2, 2], .uint8), scope.input("p", [2, 1], .bool),
    ]
  }

  /// The sum of the last float values' means, each with a weight of its own.
  private func loss(_ pool: RandomPool, _ scope: Scope) -> Tensor {
    let floats = pool.values.map(\.tensor).filter(\.element.isDifferentiable).suffix(5)
    return floats.enumerated().reduce(scope.full([], 0)) { sum, value in
      sum + value.element.mean() * (1 + 0.25 * Double(value.offset))
    }
  }

  /// The values of the inputs.
  public var arguments: [String: ReferenceArray] {
    var generator = SeededGenerator(seed: ~seed)
    let inputs: [(String, SampleInput)] = [
      ("a", .init([2, 3], .uniform(-2...2))), ("b", .init([4], .uniform(-2...2))),
      ("i", .init([3], .int32, .integers(-2...2))), ("u", .init([2, 2], .uint8, .integers(0...2))),
      ("p", .bool([2, 1])),
    ]
    var arguments: [String: ReferenceArray] = [:]
    for (name, input) in inputs { arguments[name] = input.array(&generator) }
    return arguments
  }

  /// A random direction for the float inputs.
  var direction: [String: [Double]] {
    var generator = SeededGenerator(seed: seed ^ 0x5555)
    var direction: [String: [Double]] = [:]
    for name in floatInputs {
      direction[name] = arguments[name]?.values.map { _ in generator.number(in: -1...1) }
    }
    return direction
  }
}

/// Checks what holds for every graph: results are finite and the same at every run, the graph survives being saved,
/// and for smooth programs the gradient agrees with central differences.
public func checkRandomProgram(_ program: RandomProgram, tolerance: Double = 1e-6) throws {
  let graph = try program.graph()
  try require(try program.graph() == graph, "\(program) differs from itself")
  let values = try graph.interpret(program.arguments)
  for (index, value) in values.enumerated() {
    let isValid = value.values.allSatisfy { holds($0, value.type.element, isFinite: true) }
    try require(isValid, "\(program): output \(index) is \(value.values) in\n\(graph)")
  }
  try require(try graph.interpret(program.arguments) == values, "\(program): two runs differ")
  try checkCoding(graph)
  if program.isSmooth { try checkDirectionalDerivative(program, graph, values, tolerance) }
}

/// Checks a device on a random program: values and gradients agree with the interpreter.
public func checkAgreement(
  _ program: RandomProgram, tolerance: Double, evaluator: Evaluator
) async throws {
  let graph = try program.graph()
  let expected = try graph.interpret(program.arguments)
  let found = try await evaluator(graph, program.arguments)
  for (index, (value, reference)) in zip(found, expected).enumerated() {
    try requireNearInNorm(
      value, reference, tolerance: tolerance, "\(program), output \(index) of\n\(graph)\n")
  }
}

private func checkDirectionalDerivative(
  _ program: RandomProgram, _ graph: Graph, _ values: [ReferenceArray], _ tolerance: Double
) throws {
  let direction = program.direction
  let names = direction.keys.sorted()
  let h = 2e-4
  func loss(_ distance: Double) throws -> Double {
    var arguments = program.arguments
    for (name, steps) in direction {
      for (place, step) in steps.enumerated() { arguments[name]?.values[place] += distance * step }
    }
    return try graph.interpret(arguments)[0].values[0]
  }
  let near = try loss(h) - loss(-h)
  let far = try loss(2 * h) - loss(-2 * h)
  let expected = (8 * near - far) / (12 * h)
  var found = 0.0
  for (name, gradient) in zip(names, values[1...]) {
    found += zip(gradient.values, direction[name] ?? []).reduce(0) { $0 + $1.0 * $1.1 }
  }
  try require(
    isNear(found, expected, tolerance),
    "\(program): derivative \(found), differences \(expected), in\n\(graph)")
}
