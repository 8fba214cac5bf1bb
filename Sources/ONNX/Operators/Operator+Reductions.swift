import Compute

/// A fold of axes, which keeps them with extent 1.
///
/// It is given no axes where nothing is to be folded; the function of the single elements is applied all the
/// same.
private typealias Reduction = @Sendable (_ x: Tensor, _ axes: [Int]) -> Tensor

extension Operator {
  /// Folds of axes.
  static let reductions: [String: Operator] = [
    "ReduceSum": reduction(axesInputSince: 13) { x, axes in x.sum(axes, keepingAxes: true) },
    "ReduceMean": reduction { x, axes in
      let count = axes.reduce(1) { $0 * x.shape[$1] }
      // No elements have no mean: 0 / 0, as in NumPy; integers divide by 0 to 0.
      return x.sum(axes, keepingAxes: true) / Double(count)
    },
    "ReduceMax": reduction { x, axes in extreme(x, axes, isMaximum: true) },
    "ReduceMin": reduction { x, axes in extreme(x, axes, isMaximum: false) },
    "ReduceProd": reduction(product),
    "ReduceL1": reduction { x, axes in x.absolute().sum(axes, keepingAxes: true) },
    "ReduceL2": reduction(
      inFloatingPoint { x, axes in rootSafeAtZero((x * x).sum(axes, keepingAxes: true)) }),
    "ReduceSumSquare": reduction { x, axes in (x * x).sum(axes, keepingAxes: true) },
    "ReduceLogSum": reduction(inFloatingPoint { x, axes in x.sum(axes, keepingAxes: true).log() }),
    "ReduceLogSumExp": reduction(inFloatingPoint(logSumExp)),
  ]

  /// The axes are an attribute before version `version` and an optional input since.
  private static func reduction(axesInputSince version: Int = 18, _ fold: @escaping Reduction) -> Operator {
    Operator { call in
      let x = try call.tensor(0)
      let given =
        try (call.version >= version ? call.integers("axes", orInput: 1) : call.integers("axes")) ?? []
      let isIdle = try given.isEmpty && call.flag("noop_with_empty_axes")
      let all = isIdle ? [] : Array(0..<x.rank)
      let axes = given.isEmpty ? all : try call.axes(given, rank: x.rank).sorted()
      let folded = fold(x, axes).wrapped(as: try call.element(0))
      guard try !call.flag("keepdims", default: true) else { return try call.result(folded) }
      let kept = (0..<x.rank).filter { !axes.contains($0) }.map { x.shape[$0] }
      return try call.result(folded.reshaped(Shape(kept)))
    }
  }

  private static func inFloatingPoint(_ fold: @escaping Reduction) -> Reduction {
    { x, axes in fold(x.cast(to: .float32), axes).cast(to: x.element) }
  }

  private static func reduced(_ shape: Shape, _ axes: [Int]) -> Shape {
    Shape(shape.extents.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
  }

  /// The largest or smallest elements; of none the number that is neutral.
  private static func extreme(_ x: Tensor, _ axes: [Int], isMaximum: Bool) -> Tensor {
    if axes.contains(where: { x.shape[$0] == 0 }) {
      let neutral: Double =
        switch x.element {
        case .float32: isMaximum ? -.infinity : .infinity
        case .int32: Double(isMaximum ? Int32.min : Int32.max)
        case .uint8, .bool: isMaximum ? 0 : 1
        }
      return x.scope.full(reduced(x.shape, axes), neutral, x.element)
    }
    let numbers = x.element == .bool ? x.cast(to: .int32) : x
    let found =
      isMaximum
      ? numbers.maximum(over: axes, keepingAxes: true) : numbers.minimum(over: axes, keepingAxes: true)
    return found.cast(to: x.element)
  }

  /// The product, by halves: its derivative is right where factors are 0, unlike that of a sum of logarithms.
  private static func product(_ x: Tensor, _ axes: [Int]) -> Tensor {
    guard !axes.isEmpty else { return x }
    let kept = (0..<x.rank).filter { !axes.contains($0) }
    let rows = kept.reduce(1) { $0 * x.shape[$1] }
    let target = reduced(x.shape, axes)
    let count = axes.reduce(1) { $0 * x.shape[$1] }
    guard count > 0 else { return x.scope.full(target, 1, x.element) }
    var factors = x.transposed(kept + axes).reshaped([rows, count])
    while factors.shape[1] > 1 {
      let half = factors.shape[1] / 2
      let pairs =
        factors.sliced(axis: 1, from: 0, count: half) * factors.sliced(axis: 1, from: half, count: half)
      let isOdd = factors.shape[1] % 2 == 1
      factors =
        isOdd ? .concatenated([pairs, factors.sliced(axis: 1, from: 2 * half, count: 1)], axis: 1) : pairs
    }
    return factors.reshaped(target)
  }

  private static func logSumExp(_ x: Tensor, _ axes: [Int]) -> Tensor {
    if axes.contains(where: { x.shape[$0] == 0 }) {
      return x.scope.full(reduced(x.shape, axes), -.infinity)
    }
    return axes.reduce(x) { $0.logSumExp(axis: $1, keepingAxis: true) }
  }

  /// The square root, with derivative 0 at 0, as PyTorch's norms have.
  private static func rootSafeAtZero(_ x: Tensor) -> Tensor {
    let isZero = x .== 0
    return isZero.select(x.zeros, isZero.select(x.ones, x).sqrt())
  }
}
