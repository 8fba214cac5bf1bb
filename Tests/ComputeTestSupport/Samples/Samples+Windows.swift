import Compute

extension PrimitiveSample {
  /// Pooling, its adjoints, and cotangents that share the taps of one forward pass.
  static let windows: [PrimitiveSample] = geometries.flatMap(poolings) + special

  private static let geometries: [(String, Shape, Shape, WindowGeometry)] = [
    ("side by side", [2, 4, 6], [2, 2, 3], WindowGeometry([2, 2])),
    ("overlapping", [2, 5, 6], [2, 2, 2], WindowGeometry([3, 3], stride: [2, 2])),
    (
      "padded unevenly", [1, 4, 5], [1, 3, 3],
      WindowGeometry([3, 2], stride: [2, 2], low: [1, 1], high: [2, 0])
    ),
    ("dilated", [1, 5, 6], [1, 3, 4], WindowGeometry([2, 2], stride: [1, 1], dilation: [2, 2])),
    ("one axis", [2, 1, 6], [2, 1, 3], WindowGeometry([1, 2])),
    (
      "partly outside alone", [1, 2, 3], [1, 4, 3],
      WindowGeometry([1, 2], stride: [1, 2], low: [1, 2], high: [1, 1])
    ),
    ("leaving a rest", [1, 5, 5], [1, 2, 2], WindowGeometry([2, 2])),
  ]

  private static func poolings(
    _ name: String, _ image: Shape, _ output: Shape, _ window: WindowGeometry
  ) -> [PrimitiveSample] {
    [
      PrimitiveSample("max pooling, \(name)", [.separated(image)]) { $0[0].maxPooled(window) },
      PrimitiveSample("max pooling's adjoint, \(name)", [.separated(image), .smooth(output)]) { x in
        vjp({ $0.maxPooled(window) }, at: x[0]).pullback(x[1])
      },
      PrimitiveSample("sum pooling, \(name)", [.smooth(image)]) { $0[0].sumPooled(window) },
      PrimitiveSample("sum pooling's adjoint, \(name)", [.smooth(output)]) { x in
        adjoint(at: image, of: { $0.sumPooled(window) }, x[0])
      },
      PrimitiveSample("average pooling, \(name)", [.smooth(image)]) { $0[0].averagePooled(window) },
      PrimitiveSample("average pooling of elements alone, \(name)", [.smooth(image)]) {
        $0[0].averagePooled(window, countingPadding: false)
      },
    ]
  }

  private static var special: [PrimitiveSample] {
    let window = WindowGeometry([2, 2])
    let wide = WindowGeometry([17, 17], stride: [1, 1])
    return [
      PrimitiveSample("max pooling of more than 256 taps", [.separated([1, 18, 18])], order: 1) {
        $0[0].maxPooled(wide)
      },
      PrimitiveSample("max pooling of four axes", [.separated([2, 2, 4, 2])]) { $0[0].maxPooled(window) },
      PrimitiveSample("global average pooling", [.smooth([2, 2, 3, 2])]) { $0[0].globalAveragePooled() },
      PrimitiveSample(
        "max pooling of special numbers", [.floats([1, 2, 8], [1, .nan, -.infinity, 2, 2, 1, 0, 0, 3])],
        order: 0, isFinite: false
      ) { $0[0].maxPooled(window) },
      PrimitiveSample("max pooling of ties", [.floats([1, 4, 4], [1, 1, 0, 2])], order: 0) { x in
        vjp({ $0.maxPooled(window) }, at: x[0]).pullback(x[0].scope.full([1, 2, 2], 1))
      },
      PrimitiveSample("cotangents that share taps", [.separated([2, 4, 4]), .smooth([3, 2, 2, 2])]) { x in
        let pullback = vjp({ $0.maxPooled(window) }, at: x[0]).pullback
        return vmap { (cotangent: Tensor) in pullback(cotangent) }(x[1])
      },
    ]
  }
}
