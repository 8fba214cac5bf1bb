import Compute

extension PrimitiveSample {
  /// Matrix products, in every way batches are shared.
  static let products: [PrimitiveSample] = [
    product([2, 3], [3, 4], order: 3), product([1, 3], [3, 1]), product([2, 3, 4], [4, 2]),
    product([2, 3], [2, 3, 2]), product([2, 2, 3], [2, 3, 2]), product([1, 2, 3], [3, 3, 2]),
    product([3, 1, 2, 2], [2, 2, 3]), product([0, 3], [3, 2]), product([2, 0], [0, 3]),
    product([0, 2, 3], [3, 2]), product([3, 2], [0, 2, 2]), product([2, 17], [17, 3], order: 1),
    PrimitiveSample("matmul of transposes", [.smooth([3, 2]), .smooth([4, 3])]) {
      $0[0].transposed.matmul($0[1].transposed)
    },
    PrimitiveSample("matmul of a matrix with itself", [.smooth([3, 3])], order: 3) { $0[0].matmul($0[0]) },
  ]

  private static func product(_ a: Shape, _ b: Shape, order: Int = 2) -> PrimitiveSample {
    PrimitiveSample("matmul \(a) \(b)", [.smooth(a), .smooth(b)], order: order) { $0[0].matmul($0[1]) }
  }

  /// A convolution's shapes and geometry.
  private struct Case: Sendable {
    let name: String
    let image: Shape
    let weight: Shape
    let output: Shape
    var geometry = ConvolutionGeometry()
  }

  private static let cases: [Case] = [
    Case(name: "plain", image: [2, 2, 4, 5], weight: [3, 2, 3, 3], output: [2, 3, 2, 3]),
    Case(name: "pointwise", image: [1, 3, 2, 3], weight: [2, 3, 1, 1], output: [1, 2, 2, 3]),
    Case(
      name: "same padding", image: [1, 2, 4, 3], weight: [2, 2, 3, 3], output: [1, 2, 4, 3],
      geometry: ConvolutionGeometry(low: [1, 1], high: [1, 1])),
    Case(
      name: "stride and uneven padding", image: [1, 2, 5, 6], weight: [2, 2, 3, 2], output: [1, 2, 3, 2],
      geometry: ConvolutionGeometry(stride: [2, 3], low: [1, 0], high: [2, 1])),
    Case(
      name: "dilation", image: [1, 1, 6, 5], weight: [2, 1, 3, 2], output: [1, 2, 2, 4],
      geometry: ConvolutionGeometry(high: [0, 1], dilation: [2, 2])),
    Case(
      name: "groups", image: [2, 4, 3, 3], weight: [6, 2, 2, 2], output: [2, 6, 2, 2],
      geometry: ConvolutionGeometry(groups: 2)),
    Case(
      name: "depthwise with stride", image: [1, 3, 5, 4], weight: [3, 1, 3, 3], output: [1, 3, 3, 2],
      geometry: ConvolutionGeometry(stride: [2, 2], low: [1, 1], high: [1, 1], groups: 3)),
    Case(
      name: "padding wider than the kernel", image: [1, 1, 2, 2], weight: [1, 1, 2, 2], output: [1, 1, 7, 6],
      geometry: ConvolutionGeometry(low: [3, 2], high: [3, 3])),
    Case(
      name: "everything", image: [2, 2, 7, 6], weight: [4, 1, 3, 2], output: [2, 4, 3, 3],
      geometry: ConvolutionGeometry(
        stride: [2, 2], low: [2, 1], high: [1, 0], dilation: [2, 1], groups: 2)),
    Case(name: "no samples", image: [0, 2, 3, 3], weight: [2, 2, 2, 2], output: [0, 2, 2, 2]),
  ]

  /// Convolutions and both adjoints in every geometry, and signals.
  static let convolutions: [PrimitiveSample] = cases.flatMap(roles) + signals

  private static func roles(_ c: Case) -> [PrimitiveSample] {
    let extents = Array(c.image.extents[2...])
    return [
      PrimitiveSample("convolution, \(c.name)", [.smooth(c.image), .smooth(c.weight)]) {
        $0[0].convolved($0[1], c.geometry)
      },
      PrimitiveSample("convolution's image adjoint, \(c.name)", [.smooth(c.output), .smooth(c.weight)]) {
        $0[0].convolvedTransposed($0[1], c.geometry, extents: extents)
      },
      PrimitiveSample("convolution's weight adjoint, \(c.name)", [.smooth(c.image), .smooth(c.output)]) { x in
        adjoint(at: c.weight, of: { x[0].convolved($0, c.geometry) }, x[1])
      },
    ]
  }

  private static var signals: [PrimitiveSample] {
    [
      PrimitiveSample("convolution of signals", [.smooth([2, 2, 5]), .smooth([3, 2, 3])], order: 3) {
        $0[0].convolved($0[1])
      },
      PrimitiveSample("convolution of signals with stride", [.smooth([1, 2, 6]), .smooth([2, 1, 2])]) {
        $0[0].convolved(
          $0[1],
          ConvolutionGeometry(stride: [1, 2], low: [0, 1], high: [0, 2], dilation: [1, 2], groups: 2))
      },
    ]
  }
}
