import Compute

extension RandomMove {
  /// Steps of attacks, on floats that have the same bits everywhere: a step jumps where a derivative changes its
  /// sign and where an image leaves a ball.
  static let attacks: [RandomMove] = [
    step(.infinity), step(.two),
    .smooth { pool in
      guard let rows = pool.pick(.int32, shaped: [pool.int(1...2), pool.int(1...3)]) else { return nil }
      return RandomValue(tensor: rows.tensor.jacobianSeeds(pool.int(1...4)), bound: 1, isExact: true)
    },
  ]

  private static func step(_ norm: VectorNorm) -> RandomMove {
    .kinked { pool in
      let shape: Shape = [2, pool.int(1...4)]
      guard let image = pool.pick(.float32, exact: true, shaped: shape),
        let gradient = pool.pick(.float32, exact: true, shaped: shape),
        let clean = pool.pick(.float32, exact: true, shaped: shape)
      else { return nil }
      let (size, radius) = (pool.scope.full([2], 0.125), pool.scope.full([2], 0.3))
      let tensor = image.tensor.steppedAndProjected(
        norm, along: gradient.tensor, by: size, around: clean.tensor, radius: radius)
      return RandomValue(tensor: tensor, bound: 1, isExact: false)
    }
  }
}
