import Compute

extension SelfTestGroup {
  /// Products whose factors tensor cores take in two parts; numbers with full mantissas show when one is lost.
  static let splitProducts = SelfTestGroup(name: "products of tensor cores in two parts", tolerance: 1e-5) {
    products($0) { value($0) }
  }

  /// Products whose factors tensor cores round; numbers that rounding leaves as they are show every wrong place.
  static let roundedProducts = SelfTestGroup(
    name: "products of tensor cores", tolerance: 1e-5, values: { short($0) }
  ) {
    products($0) { short($0) }
  }

  /// Every kind of layer for tensor cores, over more than a tile, forward and adjoint, with every epilogue.
  private static func products(_ scope: Scope, _ value: @escaping (TensorType) -> HostArray) -> [Tensor] {
    func constant(_ shape: Shape) -> Tensor { scope.constant(value(TensorType(shape))) }
    let (x, few) = (scope.input("x", [2, 16, 11, 8]), scope.input("few", [2, 3, 9, 10]))
    let filtered = x.convolved(constant([70, 16, 3, 3]), padding: 1)
    let finished = (filtered + constant([70, 1, 1]) + scope.input("residual", filtered.shape)).relu()
    let halved = x.convolved(constant([17, 16, 3, 3]), stride: 2, padding: 1)
    let point = x.convolved(constant([66, 16, 1, 1]))
    let stem = few.convolved(constant([18, 3, 3, 3]), padding: 1)
    let grouped = x.convolved(constant([34, 8, 3, 2]), dilation: 2, groups: 2)
    let product = (scope.input("a", [150, 37]).matmul(constant([37, 72])) + constant([72])).relu()
    let results = [finished, halved, point, stem, grouped, product]
    // Cotangents that rounding leaves as they are, too.
    let total = results[..<5].map { ($0 * constant($0.shape)).sum() }.reduce(product.sum(), +)
    return results + total.gradients(withRespectTo: [x, few])
  }

  /// Multiples of 1/32 between -1 and 1.
  private static func short(_ type: TensorType) -> HostArray {
    HostArray(type.shape, value(type).floats.map { ($0 * 32).rounded() / 32 })
  }
}
