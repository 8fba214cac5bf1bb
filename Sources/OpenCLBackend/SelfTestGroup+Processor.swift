import Compute

extension SelfTestGroup {
  /// The groups of the CPU family: each tests kernels that no other does, so that a plan tests what it needs, and that
  /// what fails is known.
  static let processor = general + images + convolutions + weights + [exactSums]

  // Where there is little local memory, plans have kernels for small layers that they have not for larger ones, so each
  // group has a small one too.

  /// The group that tests a kernel, if any does.
  static func testing(_ kernel: String) -> SelfTestGroup? { byKernel[kernel] }

  private static let byKernel = Dictionary(
    processor.flatMap { group in group.subjects.map { ($0, group) } }
  ) { first, _ in first }

  private static let general: [SelfTestGroup] = [
    SelfTestGroup(name: "maps", subjects: ["map"], seconds: 1) { scope in
      elementwise(scope) + numbers(scope)
    },
    SelfTestGroup(name: "reductions of rows", subjects: ["reduce_rows"], seconds: 1.5) { scope in
      let x = scope.input("x", [3, 5, 70])
      return [
        x.sum([2]), x.maximum(over: [2]), x.minimum(over: [1, 2]), x.argmax(axis: 2), (x * x).mean(),
        scope.input("long", [9, 5000]).sum([1]), scope.input("steps", [4, 300]).argmin(axis: 1),
      ]
    },
    SelfTestGroup(name: "reductions of columns", subjects: ["reduce_columns"], seconds: 1) { scope in
      let x = scope.input("x", [3, 70, 300])
      return [
        x.sum([1]), x.maximum(over: [0]), x.argmin(axis: 1), x.sum([0, 1]),
        scope.input("narrow", [40, 3]).sum([0]),
      ]
    },
    SelfTestGroup(name: "reductions of long rows", subjects: ["reduce_rows_partial"], seconds: 0.7) { scope in
      let long = scope.input("long", [1, 66000])
      return [long.sum([1]), long.argmin(axis: 1)]
    },
    SelfTestGroup(
      name: "reductions of long columns", subjects: ["reduce_columns_partial", "reduce_join"], seconds: 1.5
    ) { scope in
      let long = scope.input("long", [9000, 24])
      return [
        long.sum([0]), long.argmax(axis: 0), scope.input("row", [1, 9000]).sum([1]),
        scope.input("narrow", [9000, 3]).sum([0]),
      ]
    },
    SelfTestGroup(name: "gathering", subjects: ["gather_words", "gather_bytes", "scatter_add"]) { scope in
      let x = scope.input("x", [4, 9, 3])
      let places = scope.constant(HostArray([5], [Int32(8), 0, 3, 3, 1]))
      let picked = x.taking(places, axis: 1)
      return [
        picked, (x .> 0).taking(places, axis: 1), (picked * picked).sum().gradient(withRespectTo: x),
      ]
    },
    SelfTestGroup(name: "running sums", subjects: ["cumulative_sum", "cumulative_sum_int"]) { scope in
      let x = scope.input("x", [4, 9, 70])
      return [x.cumulativeSum(axis: 1), (x * 100).cast(to: .int32).cumulativeSum(axis: 2)]
    },
    SelfTestGroup(name: "orders", subjects: ["top_k"], seconds: 0.5) { scope in
      let x = scope.input("x", [5, 90])
      let (few, many) = (x.top(4), x.top(60, largest: false))
      return [few.values, few.indices, many.values, many.indices]
    },
    SelfTestGroup(name: "matrix products", subjects: ["matmul"], seconds: 1) { scope in
      let (a, b) = (scope.input("a", [2, 19, 37]), scope.input("b", [2, 37, 21]))
      let (c, d) = (scope.input("c", [2, 3, 4]), scope.input("d", [2, 4, 5]))
      return [a.matmul(b), b.transposed([0, 2, 1]).matmul(a.transposed([0, 2, 1])), c.matmul(d)]
    },
    SelfTestGroup(name: "products with weights", subjects: ["matmul_packed", "pack_matmul"], seconds: 1) {
      scope in
      let (a, mask) = (scope.input("a", [19, 37]), scope.input("mask", [19, 64]))
      let hidden = (a.matmul(constant(scope, [37, 64])) + constant(scope, [64])).relu()
      return [hidden, a.matmul(constant(scope, [37, 70])), (hidden * mask).sum().gradient(withRespectTo: a)]
    },
    SelfTestGroup(name: "steps of attacks in linf", subjects: ["pgd_step_linf"], seconds: 0.5) {
      [step($0, .infinity)]
    },
    SelfTestGroup(name: "steps of attacks in l2", subjects: ["pgd_step_l2"], seconds: 0.7) {
      [step($0, .two)]
    },
    SelfTestGroup(name: "rows of Jacobians", subjects: ["jacobian_seed"], seconds: 0.5) { scope in
      let x = scope.input("x", [3, 70])
      let values = x * x.sum([1], keepingAxes: true)
      return [values.jacobian(withRespectTo: x, rows: [5, 0])]
    },
  ]

  /// A step of an attack, and its projection.
  private static func step(_ scope: Scope, _ norm: VectorNorm) -> Tensor {
    let (x, gradient) = (scope.input("x", [3, 70]), scope.input("gradient", [3, 70]))
    let clean = scope.input("clean", [3, 70]) * 0.5 + 0.5
    let (size, radius) = (scope.input("size", [3]).absolute(), scope.input("radius", [3]).absolute())
    return x.steppedAndProjected(norm, along: gradient, by: size, around: clean, radius: radius)
  }

  private static let images: [SelfTestGroup] = [
    SelfTestGroup(name: "sums of windows", subjects: ["window_sum", "window_spread"], seconds: 0.5) { scope in
      let x = scope.input("x", [2, 3, 7, 9])
      let sums = x.sumPooled(WindowGeometry([3, 2], stride: [2, 2], low: [1, 0], high: [1, 1]))
      return [sums, (sums * sums).sum().gradient(withRespectTo: x)]
    },
    SelfTestGroup(name: "pooling kernels", subjects: ["window_max", "window_scatter"], seconds: 0.5) {
      pooled($0, WindowGeometry([3, 2], stride: [2, 2], low: [1, 0], high: [1, 1]))
    },
    SelfTestGroup(
      name: "pooling of large windows", subjects: ["window_max_wide", "window_scatter_wide"], seconds: 0.5
    ) { pooled($0, WindowGeometry([17, 16], stride: [2, 1])) },
    SelfTestGroup(
      name: "places of maxima", subjects: ["window_max_index", "window_gather"], seconds: 0.5,
      without: .epilogueFusion
    ) { pooled($0, WindowGeometry([3, 2], stride: [2, 2], low: [1, 0], high: [1, 1])) },
    SelfTestGroup(
      name: "places of maxima of large windows", subjects: ["window_max_index_wide", "window_gather_wide"],
      seconds: 0.5, without: .epilogueFusion
    ) { pooled($0, WindowGeometry([17, 16], stride: [2, 1])) },
    SelfTestGroup(
      name: "layouts of images", subjects: ["pack_blocked", "unpack_blocked", "select_blocked"], seconds: 1
    ) { scope in
      let x = scope.input("x", [2, 20, 6, 7])
      let fewer = x.sliced(axis: 2, from: 0, count: 3, step: 2).sliced(axis: 3, from: 0, count: 4, step: 2)
      return [fewer.padded(low: [0, 9, 0, 0], high: [0, 8, 0, 0])]
    },
    SelfTestGroup(
      name: "statistics of channels",
      subjects: ["channel_moments", "channel_moments_join", "channel_sums", "channel_sums_join"], seconds: 1
    ) { scope in
      let x = scope.input("x", [3, 16, 5, 6])
      let y = x.batchNormalizedInTraining(
        scale: scope.input("scale", [16]), shift: scope.input("shift", [16]))
      return [y.output, (y.output * y.output * y.output).sum().gradient(withRespectTo: x)]
    },
  ]

  /// The maxima of windows, and their derivative.
  private static func pooled(_ scope: Scope, _ window: WindowGeometry) -> [Tensor] {
    let x = scope.input("x", [2, 3, 20, 19])
    let largest = x.maxPooled(window)
    return [largest, (largest * largest).sum().gradient(withRespectTo: x)]
  }

  // MARK: Convolutions

  private static let convolutions: [SelfTestGroup] = [
    SelfTestGroup(
      name: "minimal filtering", subjects: ["convolution_winograd", "pack_winograd"], seconds: 1.7,
      without: .matrixTiles
    ) {
      layer($0, [3, 16, 7, 8], [65, 16, 3, 3]) { $0.convolved($1, padding: 1) }
        + layer($0, [3, 32, 2, 2], [32, 32, 3, 3]) { $0.convolved($1, padding: 1) }
        + layer($0, [2, 16, 2, 2], [16, 16, 3, 3]) { $0.convolved($1, padding: 1) }
    },
    SelfTestGroup(
      name: "minimal filtering of stride 2",
      subjects: ["convolution_winograd_strided", "pack_winograd_strided"], seconds: 2, without: .matrixTiles
    ) {
      layer($0, [3, 16, 9, 12], [32, 16, 3, 3]) { $0.convolved($1, stride: 2, padding: 1) }
        + layer($0, [2, 16, 4, 4], [16, 16, 3, 3]) { $0.convolved($1, stride: 2, padding: 1) }
    },
    SelfTestGroup(
      name: "direct convolutions", subjects: ["convolution_direct", "pack_direct"], seconds: 1.3,
      without: .matrixTiles
    ) {
      layer($0, [2, 16, 5, 6], [18, 16, 3, 2]) { $0.convolved($1, stride: 2, padding: 1) }
        + layer($0, [2, 32, 6, 7], [32, 16, 1, 1]) { $0.convolved($1, groups: 2) }
    },
    SelfTestGroup(
      name: "matrix tiles", subjects: ["convolution_tiles", "pack_tiles"], seconds: 1.5,
      tolerance: 3e-5
    ) {
      layer($0, [3, 48, 6, 7], [64, 48, 3, 3]) { $0.convolved($1, stride: 2, padding: 1) }
        + layer($0, [17, 32, 4, 4], [48, 32, 3, 3]) { $0.convolved($1, padding: 1) }
        + layer($0, [2, 32, 3, 3], [16, 32, 3, 3]) { $0.convolved($1, padding: 1) }
    },
    SelfTestGroup(
      name: "convolutions of images", subjects: ["convolution_first", "pack_first"], seconds: 1.2
    ) { scope in
      let x = scope.input("x", [2, 3, 9, 18])
      return [[17, 3, 3, 3], [48, 3, 5, 4]].map {
        (x.convolved(constant(scope, Shape($0), scale: 0.2), stride: 2, padding: 1) + 0.1).relu()
      } + [x.convolved(constant(scope, [32, 3, 3, 3], scale: 0.2), padding: 1)]
    },
    SelfTestGroup(
      name: "adjoints to images", subjects: ["convolution_last", "pack_last"], seconds: 1
    ) { scope in
      let x = scope.input("x", [2, 3, 9, 18])
      let y = x.convolved(constant(scope, [20, 3, 3, 3], scale: 0.2), stride: 2, padding: 1)
      return [
        (y * scope.input("cotangent", y.shape)).sum().gradient(withRespectTo: x),
        scope.input("deep", [2, 40, 9, 10]).convolved(
          constant(scope, [5, 40, 3, 3], scale: 0.2), padding: 1),
      ]
    },
    SelfTestGroup(
      name: "depthwise convolutions", subjects: ["convolution_depthwise", "pack_depthwise"], seconds: 1,
      without: .matrixTiles
    ) { layer($0, [2, 20, 6, 7], [20, 1, 3, 3]) { $0.convolved($1, padding: 1, groups: 20) } },
    SelfTestGroup(name: "plain convolutions", subjects: ["convolution_plain"], seconds: 1) {
      layer($0, [2, 6, 9, 9], [4, 3, 2, 2]) { $0.convolved($1, dilation: 2, groups: 2) }
    },
  ]

  /// A convolution, with an activation after it, and its adjoint.
  private static func layer(
    _ scope: Scope, _ image: Shape, _ weight: Shape, _ convolved: (Tensor, Tensor) -> Tensor
  ) -> [Tensor] {
    let x = scope.input("x \(image)", image)
    let y = (convolved(x, constant(scope, weight, scale: 0.2)) + constant(scope, [weight[0], 1, 1])).relu()
    return [y, (y * y).sum().gradient(withRespectTo: x)]
  }

  // MARK: Adjoints for weights

  private static let weights: [SelfTestGroup] = [
    SelfTestGroup(
      name: "weights' gradients", subjects: ["convolution_weights", "convolution_weights_sum"], seconds: 1,
      without: .matrixTiles
    ) { trained($0, [17, 16, 6, 7], [18, 16, 3, 2]) { $0.convolved($1, stride: 2) } },
    SelfTestGroup(
      name: "weights' gradients of images", subjects: ["convolution_weights_first"], seconds: 1
    ) { trained($0, [3, 3, 9, 8], [17, 3, 3, 3]) { $0.convolved($1, stride: 2, padding: 1) } },
    SelfTestGroup(
      name: "plain weights' gradients", subjects: ["convolution_weights_plain"], seconds: 0.5
    ) { trained($0, [3, 6, 7, 7], [4, 3, 2, 2]) { $0.convolved($1, groups: 2) } },
    SelfTestGroup(
      name: "minimal filtering of weights' gradients",
      subjects: ["convolution_weights_winograd"], seconds: 1.5,
      without: .matrixTiles
    ) {
      trained($0, [17, 40, 5, 6], [48, 40, 3, 3]) { $0.convolved($1, padding: 1) }
        + trained($0, [2, 16, 4, 4], [16, 16, 3, 3]) { $0.convolved($1, padding: 1) }
    },
    // By matrix tiles where there are some, else by minimal filtering.
    SelfTestGroup(
      name: "sums of weights' gradients", subjects: ["convolution_weights_blocks_sum"], seconds: 1,
      tolerance: 3e-5
    ) { trained($0, [17, 32, 4, 4], [48, 32, 3, 3]) { $0.convolved($1, padding: 1) } },
    SelfTestGroup(
      name: "matrix tiles of weights' gradients", subjects: ["convolution_weights_tiles"], seconds: 1.5,
      tolerance: 3e-5
    ) {
      trained($0, [17, 32, 4, 4], [48, 32, 3, 3]) { $0.convolved($1, padding: 1) }
        + trained($0, [3, 48, 6, 7], [64, 48, 3, 3]) { $0.convolved($1, stride: 2, padding: 1) }
    },
  ]

  /// The gradient of a convolution's weights.
  private static func trained(
    _ scope: Scope, _ image: Shape, _ shape: Shape, _ convolved: (Tensor, Tensor) -> Tensor
  ) -> [Tensor] {
    let weight = scope.input("weight \(shape)", shape)
    let cotangent = convolved(scope.input("x \(image)", image), weight)
    return [(cotangent * scope.input("g \(shape)", cotangent.shape)).sum().gradient(withRespectTo: weight)]
  }
}
