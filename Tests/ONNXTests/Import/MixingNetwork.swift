import ArrayFiles
import ComputeTestSupport

@testable import ONNX

/// A random graph over `[N, rows, columns]` that joins the batch with other axes and takes it apart again, with or without a
/// step that mixes samples.
struct MixingNetwork {
  static let (rows, columns) = (4, 6)

  /// A step that mixes samples.
  enum Mixture: String, CaseIterable {
    case softmax, mean, runningSum, innerSoftmax, mergedSoftmax, gram, reversed, firstSample, largest,
      normalization
    case position, halves, scaledFirst, scaledEnds

    /// The operator that is named.
    var culprit: String {
      switch self {
      case .softmax, .innerSoftmax, .mergedSoftmax, .halves: "Softmax"
      case .mean: "ReduceMean"
      case .runningSum: "CumSum"
      case .gram: "MatMul"
      case .reversed: "Add"
      case .position: "Mul"
      case .firstSample: "Sub"
      case .scaledFirst, .scaledEnds: "Concat"
      case .largest: "ReduceMax"
      case .normalization: "BatchNormalization"
      }
    }
  }

  var mixture: Mixture?
  private(set) var moves: [String] = []
  private var generator: SeededGenerator
  private let batch: Any
  private var builder = ModelBuilder()
  private var shape = [MixingNetwork.rows, MixingNetwork.columns]
  private var current = "x"
  private var count = 0

  init(seed: UInt64, batch: Any = "N") {
    generator = SeededGenerator(seed: seed)
    self.batch = batch
    if Bool.random(using: &generator) { mixture = Mixture.allCases.randomElement(using: &generator) }
  }

  /// The graph, as a file.
  mutating func model() throws -> ONNXModel {
    builder = ModelBuilder()
    (shape, current, count, moves) = ([Self.rows, Self.columns], "x", 0, [])
    builder.input("x", [batch, Self.rows, Self.columns])
    let steps = Int.random(in: 1...6, using: &generator)
    let place = Int.random(in: 0..<steps, using: &generator)
    for step in 0..<steps {
      move(Int.random(in: 0..<12, using: &generator))
      if let mixture, step == place { mix(mixture) }
    }
    apply("Relu", [current])
    builder.output(current, [batch, shape[0], shape[1]])
    return try builder.model()
  }

  private mutating func apply(
    _ type: String, _ inputs: [String], integers: [String: Int64] = [:], lists: [String: [Int64]] = [:]
  ) {
    count += 1
    let output = "value \(count)"
    builder.step(type, inputs, output, integers: integers, lists: lists)
    current = output
  }

  private mutating func stored(_ values: [Int64]) -> String {
    count += 1
    builder.integers("list \(count)", values)
    return "list \(count)"
  }

  private mutating func weight(_ extents: [Int]) -> String {
    count += 1
    let values = (0..<extents.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &generator) }
    builder.weight("weight \(count)", extents, values)
    return "weight \(count)"
  }

  private mutating func reshape(_ extents: [Int]) {
    apply("Reshape", [current, stored(extents.map(Int64.init))])
  }

  /// A step that keeps samples apart.
  private mutating func move(_ kind: Int) {
    let (a, b) = (shape[0], shape[1])
    let start = current
    moves.append("\(kind)")
    switch kind {
    case 0: apply("Sigmoid", [current])
    case 1:
      apply("Transpose", [current], lists: ["perm": [0, 2, 1]])
      shape = [b, a]
    case 2:
      reshape([-1, b])
      apply("MatMul", [current, weight([b, 5])])
      reshape([-1, a, 5])
      shape = [a, 5]
    case 3: apply("Softmax", [current], integers: ["axis": Bool.random(using: &generator) ? 1 : -1])
    case 4:
      apply("Transpose", [current], lists: ["perm": [1, 0, 2]])
      apply("Softmax", [current], integers: ["axis": 0])
      apply("Transpose", [current], lists: ["perm": [1, 0, 2]])
    case 5:
      apply("ReduceMean", [current], integers: ["keepdims": 1], lists: ["axes": [2]])
      apply("Sub", [start, current])
    case 6:
      apply("Conv", [current, weight([3, a, 1]), weight([3])])
      shape = [3, b]
    case 7 where a <= 8:
      apply("Concat", [current, current], integers: ["axis": 1])
      shape = [2 * a, b]
    case 8:
      builder.integer("axis \(count)", 1)
      apply("CumSum", [current, "axis \(count)"])
    case 9:
      apply("Transpose", [current], lists: ["perm": [0, 2, 1]])
      apply("MatMul", [start, current])
      shape = [a, a]
    case 10: apply("Add", [current, weight([1, a, b])])
    default:
      reshape([-1, 1, b])
      apply("Softmax", [current], integers: ["axis": 2])
      apply("Transpose", [current], lists: ["perm": [2, 1, 0]])
      apply("Transpose", [current], lists: ["perm": [2, 1, 0]])
      reshape([-1, a, b])
    }
  }

  private mutating func mix(_ mixture: Mixture) {
    let (a, b) = (shape[0], shape[1])
    let start = current
    moves.append(mixture.rawValue)
    switch mixture {
    case .softmax: apply("Softmax", [current], integers: ["axis": 0])
    case .mean:
      apply("ReduceMean", [current], integers: ["keepdims": 1], lists: ["axes": [0]])
      apply("Sub", [start, current])
    case .runningSum:
      builder.integer("mixed axis", 0)
      apply("CumSum", [current, "mixed axis"])
    case .innerSoftmax:
      apply("Transpose", [current], lists: ["perm": [1, 0, 2]])
      apply("Softmax", [current], integers: ["axis": 1])
      apply("Transpose", [current], lists: ["perm": [1, 0, 2]])
    case .mergedSoftmax:
      reshape([-1, b])
      apply("Softmax", [current], integers: ["axis": 0])
      reshape([-1, a, b])
    case .gram:
      reshape([-1, a * b])
      let flat = current
      apply("Transpose", [current], lists: ["perm": [1, 0]])
      apply("MatMul", [current, flat])
      apply("MatMul", [flat, current])
      reshape([-1, a, b])
    case .reversed:
      let range = [-1, Int64.min + 1, 0, -1].map { stored([$0]) }
      apply("Slice", [current] + range)
      apply("Add", [start, current])
    case .firstSample:
      apply("Gather", [current, stored([0])], integers: ["axis": 0])
      apply("Sub", [start, current])
    case .largest:
      apply("ReduceMax", [current], integers: ["keepdims": 1], lists: ["axes": [0, 2]])
      apply("Sub", [start, current])
    case .normalization:
      let numbers = (0..<2).map { _ in weight([a]) } + [positive(a), positive(a)]
      apply("BatchNormalization", [current] + numbers, integers: ["training_mode": 1])
    case .position: multiplyByPosition(start)
    case .scaledFirst: scale(start, cuts: [0, 1, .max])
    case .scaledEnds: scale(start, cuts: [0, 2, .max])
    case .halves:
      // As many rows as samples, but not by sample.
      apply("Transpose", [current], lists: ["perm": [1, 2, 0]])
      reshape([a, -1])
      apply("Softmax", [current], integers: ["axis": 1])
      reshape([a, b, -1])
      apply("Transpose", [current], lists: ["perm": [2, 0, 1]])
    }
  }

  private mutating func positive(_ count: Int) -> String {
    self.count += 1
    builder.weight("weight \(self.count)", [count], [Float](repeating: 1, count: count))
    return "weight \(self.count)"
  }

  /// Doubles the first of the parts that the batch is cut into, and joins them again.
  private mutating func scale(_ start: String, cuts: [Int64]) {
    let axis = stored([0])
    let parts = zip(cuts, cuts.dropFirst()).map { from, to in
      apply("Slice", [start, stored([from]), stored([to]), axis])
      return current
    }
    apply("Add", [parts[0], parts[0]])
    apply("Concat", [current] + parts.dropFirst(), integers: ["axis": 0])
  }

  /// Multiplies each sample by its number in the batch.
  private mutating func multiplyByPosition(_ start: String) {
    for (name, value) in [("zero", 0), ("one", 1)] as [(String, Int64)] { builder.integer(name, value) }
    apply("Shape", [start])
    apply("Gather", [current, "zero"])
    apply("Range", ["zero", current, "one"])
    apply("Cast", [current], integers: ["to": 1])
    reshape([-1, 1, 1])
    apply("Mul", [start, current])
  }
}
