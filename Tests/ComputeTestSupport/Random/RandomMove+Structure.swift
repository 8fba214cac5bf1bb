import Compute

extension RandomMove {
  /// A move that passes elements of any type on, with the same bound.
  private static func moving(_ body: @escaping @Sendable (Tensor, inout RandomPool) -> Tensor) -> RandomMove {
    .smooth { pool in
      guard let value = pool.pickAny() else { return nil }
      return RandomValue(tensor: body(value.tensor, &pool), bound: value.bound, isExact: value.isExact)
    }
  }

  static let views: [RandomMove] = [
    moving { x, _ in x.reshaped([x.shape.count]) },
    moving { x, pool in
      let shape = pool.shape()
      return x.reshaped([x.shape.count, 1]).broadcast(to: [x.shape.count, Swift.max(1, shape.rank)])
    },
    moving { x, pool in x.transposed(Array(0..<x.rank).shuffled(using: &pool.generator)) },
    moving { x, pool in x.reversed((0..<x.rank).filter { _ in pool.generator.chance(0.5) }) },
    moving(sliced), moving(padded), moving(fitted),
    .smooth { pool in
      guard let first = pool.pickAny(), first.tensor.rank > 0 else { return nil }
      guard let second = pool.pick(first.tensor.element, shaped: first.tensor.shape) else { return nil }
      let axis = pool.int(0...(first.tensor.rank - 1))
      return RandomValue(
        tensor: Tensor.concatenated([first.tensor, second.tensor], axis: axis),
        bound: Swift.max(first.bound, second.bound), isExact: first.isExact && second.isExact)
    },
    .smooth { pool in
      let element: ElementType = pool.generator.chance(0.5) ? .int32 : .float32
      let tensor = pool.scope.iota([pool.int(1...3), pool.int(1...4)], axis: pool.int(0...1), element)
      return RandomValue(tensor: tensor, bound: 3, isExact: true)
    },
  ]

  private static func sliced(_ x: Tensor, _ pool: inout RandomPool) -> Tensor {
    guard x.rank > 0 else { return x }
    let axis = pool.int(0...(x.rank - 1))
    let step = pool.int(1...2)
    let start = pool.int(0...(x.shape[axis] - 1))
    let room = (x.shape[axis] - 1 - start) / step + 1
    return x.sliced(axis: axis, from: start, count: pool.int(1...room), step: step)
  }

  private static func padded(_ x: Tensor, _ pool: inout RandomPool) -> Tensor {
    let low = (0..<x.rank).map { _ in pool.int(0...1) }
    let high = (0..<x.rank).map { _ in pool.int(0...1) }
    let interior = (0..<x.rank).map { _ in pool.int(0...1) }
    return x.padded(low: low, high: high, interior: interior, value: pool.generator.chance(0.5) ? 0 : 1)
  }

  private static func fitted(_ x: Tensor, _ pool: inout RandomPool) -> Tensor {
    pool.fitted(RandomValue(tensor: x, bound: 0, isExact: true), pool.shape()).tensor
  }

  static let indexing: [RandomMove] = [
    .smooth { pool in
      guard let x = pool.pickAny(), x.tensor.rank > 0 else { return nil }
      guard let indices = pool.pick(.int32, shaped: [pool.int(1...4)]) else { return nil }
      let axis = pool.int(0...(x.tensor.rank - 1))
      return RandomValue(
        tensor: x.tensor.taking(indices.tensor, axis: axis), bound: x.bound, isExact: x.isExact)
    },
    .smooth { pool in
      guard let x = pool.pickAny(), x.tensor.rank > 0 else { return nil }
      let shape = Shape(x.tensor.shape.extents.dropLast() + [pool.int(1...3)])
      guard let indices = pool.pick(.int32, shaped: shape) else { return nil }
      return RandomValue(
        tensor: x.tensor.takingAlongLastAxis(indices.tensor), bound: x.bound, isExact: x.isExact)
    },
    .smooth { pool in
      guard let indices = pool.pick(.int32, shaped: [4]) else { return nil }
      guard let updates = pool.pick(.float32, shaped: [4, 2]) else { return nil }
      let tensor = PrimitiveSample.adjoint(
        at: [3, 2], of: { $0.taking(indices.tensor, axis: 0) }, updates.tensor)
      return RandomValue(tensor: tensor, bound: 4 * updates.bound, isExact: false)
    },
    .smooth { pool in
      guard let indices = pool.pick(.int32, shaped: [pool.int(1...4)]) else { return nil }
      return RandomValue(tensor: indices.tensor.oneHot(pool.int(1...4)), bound: 1, isExact: true)
    },
  ]

  static let casts: [RandomMove] = [
    .smooth { pool in
      guard let x = pool.pick(pool.generator.chance(0.5) ? .int32 : .bool) else { return nil }
      return RandomValue(tensor: x.tensor.cast(to: .float32), bound: x.bound, isExact: true)
    },
    .smooth { pool in
      guard let x = pool.pick(.int32) else { return nil }
      return RandomValue(tensor: x.tensor.cast(to: .uint8), bound: 255, isExact: true)
    },
    .smooth { pool in
      guard let x = pool.pick(pool.generator.chance(0.5) ? .uint8 : .bool) else { return nil }
      return RandomValue(tensor: x.tensor.cast(to: .int32), bound: x.bound, isExact: true)
    },
    .smooth { pool in
      guard let x = pool.pick(.int32) else { return nil }
      return RandomValue(tensor: x.tensor.cast(to: .bool), bound: 1, isExact: true)
    },
    .kinked { pool in
      guard let x = pool.pick(.float32, exact: true) else { return nil }
      return RandomValue(tensor: x.tensor.cast(to: .int32), bound: x.bound, isExact: true)
    },
  ]
}
