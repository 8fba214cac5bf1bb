import Compute

extension RandomMove {
  static let folds: [RandomMove] = [
    sum(.float32), sum(.int32), extreme(.float32), extreme(.int32), running(.float32), running(.int32),
    search(.float32), search(.int32), sort,
  ]

  private static func sum(_ element: ElementType) -> RandomMove {
    .smooth { pool in
      guard let x = pool.pick(element) else { return nil }
      let axes = someAxes(x.tensor, &pool)
      let folded = axes.reduce(1.0) { $0 * Double(x.tensor.shape[$1]) }
      let tensor = x.tensor.sum(axes, keepingAxes: pool.generator.chance(0.5))
      return RandomValue(tensor: tensor, bound: folded * x.bound, isExact: element == .int32)
    }
  }

  private static func extreme(_ element: ElementType) -> RandomMove {
    RandomMove(isSmooth: element == .int32) { pool in
      guard let x = pool.pick(element) else { return nil }
      let axes = someAxes(x.tensor, &pool)
      let tensor =
        pool.generator.chance(0.5)
        ? x.tensor.maximum(over: axes) : x.tensor.minimum(over: axes, keepingAxes: true)
      return RandomValue(tensor: tensor, bound: x.bound, isExact: x.isExact)
    }
  }

  private static func running(_ element: ElementType) -> RandomMove {
    .smooth { pool in
      guard let x = pool.pick(element), x.tensor.rank > 0 else { return nil }
      let axis = pool.int(0...(x.tensor.rank - 1))
      let tensor = x.tensor.cumulativeSum(axis: axis, reversed: pool.generator.chance(0.5))
      return RandomValue(
        tensor: tensor, bound: x.bound * Double(x.tensor.shape[axis]), isExact: element == .int32)
    }
  }

  private static func search(_ element: ElementType) -> RandomMove {
    RandomMove(isSmooth: element == .int32) { pool in
      guard let x = pool.pick(element, exact: true), x.tensor.rank > 0 else { return nil }
      let axis = pool.int(0...(x.tensor.rank - 1))
      let tensor = pool.generator.chance(0.5) ? x.tensor.argmax(axis: axis) : x.tensor.argmin(axis: axis)
      return RandomValue(tensor: tensor, bound: Double(x.tensor.shape[axis]), isExact: true)
    }
  }

  private static let sort = RandomMove.kinked { pool in
    guard let x = pool.pick(.float32, exact: pool.generator.chance(0.5)), x.tensor.rank > 0 else {
      return nil
    }
    let count = pool.int(1...x.tensor.shape[x.tensor.rank - 1])
    let top = x.tensor.top(count, largest: pool.generator.chance(0.5))
    guard x.isExact, pool.generator.chance(0.5) else {
      return RandomValue(tensor: top.values, bound: x.bound, isExact: x.isExact)
    }
    return RandomValue(tensor: top.indices, bound: 4, isExact: true)
  }

  private static func someAxes(_ x: Tensor, _ pool: inout RandomPool) -> [Int] {
    (0..<x.rank).filter { _ in pool.generator.chance(0.5) }
  }

  static let products: [RandomMove] = [
    product([2, 3], [3, 2]) { $0.matmul($1) },
    product([2, 1, 4], [4, 3]) { $0.matmul($1) },
    product([2, 2, 2], [2, 2, 3]) { $0.transposed.matmul($1) },
    product([1, 2, 4, 4], [2, 2, 3, 3]) { $0.convolved($1, padding: 1) },
    product([1, 2, 5, 4], [2, 1, 2, 2]) { $0.convolved($1, stride: 2, groups: 2) },
    product([2, 2, 5], [2, 2, 2]) { $0.convolved($1) },
    product([1, 2, 3, 2], [2, 1, 2, 2]) {
      $0.convolvedTransposed($1, ConvolutionGeometry(), extents: [4, 3])
    },
    product([1, 2, 4, 4], [1, 3, 3, 3]) { image, output in
      PrimitiveSample.adjoint(at: [3, 2, 2, 2], of: { image.convolved($0) }, output)
    },
    pooled(isSmooth: true) { $0.sumPooled($1) },
    pooled(isSmooth: true) { x, window in
      let shape = x.shape
      return PrimitiveSample.adjoint(at: shape, of: { $0.sumPooled(window) }, x.sumPooled(window).sin())
    },
    pooled(isSmooth: true) { $0.averagePooled($1, countingPadding: false) },
    pooled(isSmooth: false) { $0.maxPooled($1) },
  ]

  private static func product(
    _ a: Shape, _ b: Shape, _ body: @escaping @Sendable (Tensor, Tensor) -> Tensor
  ) -> RandomMove {
    .smooth { pool in
      guard let x = pool.pick(.float32, shaped: a), let y = pool.pick(.float32, shaped: b) else { return nil }
      return RandomValue(tensor: body(x.tensor, y.tensor), bound: 18 * x.bound * y.bound, isExact: false)
    }
  }

  private static func pooled(
    isSmooth: Bool, _ body: @escaping @Sendable (Tensor, WindowGeometry) -> Tensor
  ) -> RandomMove {
    RandomMove(isSmooth: isSmooth) { pool in
      guard let x = pool.pick(.float32, shaped: [2, 4, 5]) else { return nil }
      let step = pool.int(1...2)
      let window = WindowGeometry(
        [2, pool.int(1...3)], stride: [step, 2], low: [pool.int(0...1), 1], high: [0, 1])
      return RandomValue(tensor: body(x.tensor, window), bound: 36 * x.bound, isExact: false)
    }
  }

  /// Loops, batches and derivatives inside a program.
  static let transforms: [RandomMove] = [
    .smooth { pool in
      guard let x = pool.pick(.float32), let y = pool.pick(.float32, shaped: x.tensor.shape) else {
        return nil
      }
      let tensor = x.tensor.iterated(pool.int(1...3)) { state, number in
        (state * 0.5 + y.tensor).sin() + number.cast(to: .float32) * 0.1
      }
      return RandomValue(tensor: tensor, bound: 2, isExact: false)
    },
    .smooth { pool in
      guard let x = pool.pick(.float32), x.tensor.rank > 0 else { return nil }
      let tensor = vmap { (member: Tensor) in (member * member.sum()).tanh() }(x.tensor)
      return RandomValue(tensor: tensor, bound: 1, isExact: false)
    },
    .smooth { pool in
      guard let x = pool.pick(.float32), let y = pool.pick(.float32, shaped: x.tensor.shape) else {
        return nil
      }
      let tensor = gradient { ($0 * y.tensor).sin() + $0.tanh() }(x.tensor)
      return RandomValue(tensor: tensor, bound: y.bound + 1, isExact: false)
    },
  ]
}
