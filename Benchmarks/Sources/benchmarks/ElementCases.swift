import Compute

/// Maps, pools, kernels that look elements up, and those of attacks.
enum ElementCases {
  /// Element-wise programs, among them copies in another order.
  static var maps: [KernelCase] {
    func make(_ name: String, _ body: @escaping (Scope) -> Tensor) -> KernelCase {
      KernelCase(name, in: "Maps", .kernels([.cpu: "map", .gpu: "map"])) { try Graph { [body($0)] } }
    }
    let large: Shape = [128, 64, 32, 32]
    return [
      make("sum of two") { $0.input("a", large) + $0.input("b", large) },
      make("residual and ReLU") { ($0.input("a", large) + $0.input("b", large)).relu() },
      make("scale and shift by channel") { scope in
        let scale = scope.input("s", [1, 64, 1, 1])
        return scope.input("x", large) * scale + scope.input("b", [1, 64, 1, 1])
      },
      make("exponential") { $0.input("x", large).exp() },
      make("GELU") { $0.input("x", [8320, 768]).gelu() },
      make("transposed copy") { $0.input("x", [2048, 2048]).transposed },
      make("bytes to floats") { $0.input("x", [128, 3, 32, 32], .uint8).cast(to: .float32) / 255 },
      make("comparison to bytes") { $0.input("a", large) .< 0.5 },
      make("random numbers") { scope in
        Randomness(seed: 0, samples: scope.input("samples", [128], .int32)).uniform([3, 32, 32])
      },
    ]
  }

  /// A shortcut without parameters, as residual networks have it.
  static var shortcuts: [KernelCase] {
    [
      KernelCase("shortcut of every other pixel", in: "Maps", .kernels([.cpu: "select_blocked"])) {
        try Graph { scope in
          let rows = scope.input("x", [128, 16, 32, 32]).sliced(axis: 2, from: 0, count: 16, step: 2)
          let fewer = rows.sliced(axis: 3, from: 0, count: 16, step: 2)
          return [fewer.padded(low: [0, 8, 0, 0], high: [0, 8, 0, 0])]
        }
      }
    ]
  }

  /// Pools and their derivatives; windows of more than 256 taps have kernels of their own.
  static var pools: [KernelCase] {
    let (small, wide) = (WindowGeometry([2, 2]), WindowGeometry([17, 17]))
    func make(
      _ name: String, _ cpu: String, _ window: WindowGeometry, _ body: @escaping (Tensor, Tensor) -> Tensor
    ) -> KernelCase {
      let isWide = window == wide
      let (input, output): (Shape, Shape) =
        isWide ? ([128, 16, 34, 34], [128, 16, 2, 2]) : ([128, 64, 32, 32], [128, 64, 16, 16])
      let kernels: [KernelFamily: String] = [.cpu: cpu + (isWide ? "_wide" : ""), .gpu: cpu]
      return KernelCase("\(name), \(window.extents[0])x\(window.extents[1])", in: "Pools", .kernels(kernels))
      {
        try Graph { scope in [body(scope.input("x", input), scope.input("g", output))] }
      }
    }
    func pullback(_ x: Tensor, _ cotangent: Tensor, _ window: WindowGeometry) -> Tensor {
      (x.maxPooled(window) * cotangent).sum().gradient(withRespectTo: x)
    }
    let maxima = [small, wide].flatMap { window in
      [
        make("maximum", "window_max", window) { x, _ in x.maxPooled(window) },
        make("position of the maximum", "window_max_index", window) { pullback($0, $1, window) },
        make("gradient of the maximum", "window_scatter", window) { pullback($0, $1, window) },
        make("derivative along a direction", "window_gather", window) { x, cotangent in
          (pullback(x, cotangent, window) * (x + 1).detached()).sum().gradient(withRespectTo: cotangent)
        },
      ]
    }
    return maxima + [
      make("sum", "window_sum", small) { x, _ in x.sumPooled(small) },
      make("gradient of the sum", "window_spread", small) { x, cotangent in
        (x.sumPooled(small) * cotangent).sum().gradient(withRespectTo: x)
      },
    ]
  }

  /// Elements by index, running sums, the largest elements.
  static var lookups: [KernelCase] {
    func make(
      _ name: String, _ kernel: String, below limit: Int = 10, _ body: @escaping (Scope) -> Tensor
    ) -> KernelCase {
      let kernels = [KernelFamily.cpu: kernel, .gpu: kernel]
      return KernelCase(name, in: "Lookups", .kernels(kernels), below: limit) { try Graph { [body($0)] } }
    }
    return [
      make("rows by index", "gather_words", below: 16_384) { scope in
        scope.input("table", [16_384, 128]).taking(scope.input("rows", [65_536], .int32), axis: 0)
      },
      make("rows of bytes by index", "gather_bytes", below: 16_384) { scope in
        scope.input("table", [16_384, 128], .uint8).taking(scope.input("rows", [65_536], .int32), axis: 0)
      },
      make("gradient of rows by index", "scatter_add", below: 1024) { scope in
        let table = scope.input("table", [1024, 512])
        let rows = table.taking(scope.input("rows", [8192], .int32), axis: 0)
        return (rows * scope.input("g", [8192, 512])).sum().gradient(withRespectTo: table)
      },
      make("running sums", "cumulative_sum") { $0.input("x", [1024, 4096]).cumulativeSum(axis: 1) },
      make("running sums of integers", "cumulative_sum_int") {
        $0.input("x", [1024, 4096], .int32).cumulativeSum(axis: 1)
      },
      make("five largest of 1,000", "top_k") { $0.input("x", [8192, 1000]).top(5).indices },
      make("order of 1,000", "top_k") { $0.input("x", [512, 1000]).top(1000).indices },
    ]
  }

  /// Steps of attacks and the cotangents of Jacobians.
  static var attacks: [KernelCase] {
    let images: Shape = [128, 3, 32, 32]
    func step(_ name: String, _ kernel: String, _ norm: VectorNorm, _ images: Shape) -> KernelCase {
      KernelCase(name, in: "Attacks", .kernels([.cpu: kernel, .gpu: kernel])) {
        try Graph { scope in
          let (size, radius) = (scope.full([images[0]], 2 / 255), scope.full([images[0]], 8 / 255))
          return [
            scope.input("x", images).steppedAndProjected(
              norm, along: scope.input("g", images), by: size, around: scope.input("clean", images),
              radius: radius)
          ]
        }
      }
    }
    let seed = [KernelFamily.cpu: "jacobian_seed", .gpu: "jacobian_seed"]
    return [
      step("step in the cube, 32x32", "pgd_step_linf", .infinity, images),
      step("step in the cube, 224x224", "pgd_step_linf", .infinity, [16, 3, 224, 224]),
      step("step in the ball, 32x32", "pgd_step_l2", .two, images),
      step("step in the ball, 224x224", "pgd_step_l2", .two, [16, 3, 224, 224]),
      KernelCase("cotangents of 100 rows", in: "Attacks", .kernels(seed), below: 100) {
        try Graph { scope in
          let x = scope.input("x", [128, 64])
          let logits = x.matmul(scope.parameter("w", [64, 100]))
          return [logits.jacobian(withRespectTo: x, rows: scope.input("rows", [128, 100], .int32))]
        }
      },
    ]
  }
}
