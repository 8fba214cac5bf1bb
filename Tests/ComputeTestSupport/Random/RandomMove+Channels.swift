import Compute

extension RandomMove {
  /// Normalisation by the statistics of a batch, and what it sends back to the scale.
  static let channels: [RandomMove] = [
    .smooth { pool in
      guard let x = pool.pick(.float32, shaped: [2, 3, 4]) else { return nil }
      let normal = x.tensor.batchNormalizedInTraining(epsilon: 1)
      return RandomValue(tensor: normal.output, bound: 2 * x.bound, isExact: false)
    },
    .smooth { pool in
      guard let x = pool.pick(.float32, shaped: [2, 16, 1, 2]),
        let cotangent = pool.pick(.float32, shaped: [2, 16, 1, 2])
      else { return nil }
      let scale = pool.scope.full([16], 0.5)
      let normal = x.tensor.batchNormalizedInTraining(scale: scale, epsilon: 1).output
      let sent = normal.vectorJacobianProduct(with: cotangent.tensor, [scale])[0]
      return RandomValue(tensor: sent, bound: 8 * x.bound * cotangent.bound, isExact: false)
    },
  ]
}
