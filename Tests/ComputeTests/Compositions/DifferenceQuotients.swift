import Compute
import Testing

/// Fixed numbers that look random, so that failures repeat.
struct TestNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// A number in -1...1, a multiple of 2^-20.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 43) / Double(1 << 20) - 1
  }

  /// An array of numbers within `scale` of `center`.
  mutating func array(_ shape: Shape, scale: Double = 1, around center: Double = 0) -> ReferenceArray {
    ReferenceArray(TensorType(shape), (0..<shape.count).map { _ in center + scale * next() })
  }
}

/// The values of `function` at `points`, in double precision.
func values(
  at points: [ReferenceArray], of function: ([Tensor]) -> [Tensor]
) throws -> [[Double]] {
  let graph = try Graph { scope in function(points.indices.map { scope.input("x\($0)", points[$0].type) }) }
  return try graph.interpret(named(points)).map(\.values)
}

extension Scope {
  /// An input of this type.
  func input(_ name: String, _ type: TensorType) -> Tensor { input(name, type.shape, type.element) }
}

private func named(_ points: [ReferenceArray]) -> [String: ReferenceArray] {
  Dictionary(uniqueKeysWithValues: points.indices.map { ("x\($0)", points[$0]) })
}

/// Expects the derivatives of `function` up to `order` to equal central differences of those one order below.
///
/// Each order contracts the one below with fixed weights, so that it is a scalar again.
func expectDerivatives(
  at points: [ReferenceArray], order: Int = 2, tolerance: Double = 1e-6,
  sourceLocation: Testing.SourceLocation = #_sourceLocation, of function: @escaping ([Tensor]) -> Tensor
) throws {
  var scalar: ([Tensor]) -> Tensor = { weighted(function($0), 1) }
  for level in 1...order {
    let current = scalar
    let differentiable = points.indices.filter { points[$0].type.element == .float32 }
    let slopes: ([Tensor]) -> [Tensor] = { inputs in
      current(inputs).gradients(withRespectTo: differentiable.map { inputs[$0] })
    }
    let graph = try Graph { scope in
      let inputs = points.indices.map { scope.input("x\($0)", points[$0].type) }
      return [current(inputs)] + slopes(inputs)
    }
    let exact = try graph.interpret(named(points)).dropFirst().map(\.values)
    let values = try Graph { scope in [current(points.indices.map { scope.input("x\($0)", points[$0].type) })]
    }
    for (position, index) in differentiable.enumerated() {
      for element in points[index].values.indices {
        let quotient = try differenceQuotient(values, points, index, element)
        let slope = exact[position][element]
        #expect(
          abs(slope - quotient) <= tolerance * max(1, abs(quotient)),
          "order \(level), input \(index)[\(element)]: \(slope) is not \(quotient)",
          sourceLocation: sourceLocation)
      }
    }
    scalar = { inputs in
      slopes(inputs).enumerated().map { weighted($1, UInt64(10 * level + $0)) }.reduce(inputs[0].sum() * 0, +)
    }
  }
}

private func differenceQuotient(
  _ graph: Graph, _ points: [ReferenceArray], _ index: Int, _ element: Int
) throws -> Double {
  let step = 1e-5
  var (above, below) = (points, points)
  above[index].values[element] += step
  below[index].values[element] -= step
  let high = try graph.interpret(named(above))[0].values[0]
  let low = try graph.interpret(named(below))[0].values[0]
  return (high - low) / (2 * step)
}

private func weighted(_ tensor: Tensor, _ seed: UInt64) -> Tensor {
  var numbers = TestNumbers(seed + 100)
  let weights = numbers.array(tensor.shape)
  return (tensor * tensor.scope.constant(weights.hostArray)).sum()
}

/// Whether two lists agree element by element; NaN agrees with NaN, infinities with themselves.
func agree(_ a: [Double], _ b: [Double], within tolerance: Double = 1e-9) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { x, y in
      x == y || (x.isNaN && y.isNaN) || abs(x - y) <= tolerance * max(1, abs(y))
    }
}

/// A float array of these values.
func floats(_ shape: Shape, _ values: [Double]) -> ReferenceArray {
  ReferenceArray(TensorType(shape), values)
}

/// An integer array of these values.
func integers(_ shape: Shape, _ values: [Int]) -> ReferenceArray {
  ReferenceArray(TensorType(shape, .int32), values.map(Double.init))
}
