import Compute

extension PrimitiveSample {
  /// Primitives that move elements, make them, or change their type.
  static let structure: [PrimitiveSample] =
    views + slices + paddings + concatenations + casts + counting

  private static var views: [PrimitiveSample] {
    [
      PrimitiveSample("reshape", [.smooth([2, 6])]) { $0[0].reshaped([3, 4]) },
      PrimitiveSample("reshape to a scalar", [.smooth([1, 1])]) { $0[0].reshaped([]) },
      PrimitiveSample("reshape of nothing", [.smooth([0, 3])]) { $0[0].reshaped([2, 0]) },
      PrimitiveSample("reshape of bool", [.bool([4])], order: 0) { $0[0].reshaped([2, 2]) },
      PrimitiveSample("transpose", [.smooth([2, 3])]) { $0[0].transposed },
      PrimitiveSample("transpose of four axes", [.smooth([2, 3, 1, 2])]) { $0[0].transposed([3, 0, 2, 1]) },
      PrimitiveSample("broadcast of new axes", [.smooth([3])]) { $0[0].broadcast(to: [2, 2, 3]) },
      PrimitiveSample("broadcast of a scalar", [.smooth([])]) { $0[0].broadcast(to: [2, 3]) },
      PrimitiveSample("broadcast in the middle", [.smooth([2, 1, 3])]) { $0[0].broadcast(to: [2, 4, 3]) },
      PrimitiveSample("broadcast to nothing", [.smooth([1, 3])]) { $0[0].broadcast(to: [0, 3]) },
      PrimitiveSample("reverse", [.smooth([2, 3, 2])]) { $0[0].reversed([0, -1]) },
      PrimitiveSample("reverse of integers", [.int32([4], [1, 2, 3, 4])], order: 0) { $0[0].reversed([0]) },
      PrimitiveSample("views of views", [.smooth([2, 3, 4])], order: 3) {
        let turned = $0[0].transposed([2, 0, 1]).reversed([1]).sliced(axis: 0, from: 1, count: 2, step: 2)
        return turned.reshaped([4, 3]) * turned.reshaped([4, 3])
      },
    ]
  }

  private static var slices: [PrimitiveSample] {
    [
      PrimitiveSample("slice", [.smooth([4, 5])]) { $0[0].sliced(axis: 1, from: 1, count: 3) },
      PrimitiveSample("slice with steps", [.smooth([7, 2])]) {
        $0[0].sliced(axis: 0, from: 1, count: 3, step: 2)
      },
      PrimitiveSample("slice of both axes", [.smooth([5, 7])]) {
        $0[0].sliced(axis: 0, from: 1, count: 2, step: 3).sliced(axis: 1, from: 0, count: 3, step: 3)
      },
      PrimitiveSample("slice of nothing", [.smooth([3])]) { $0[0].sliced(axis: 0, from: 3, count: 0) },
      PrimitiveSample("slice of bytes", [.init([5], .uint8, .integers(0...255))], order: 0) {
        $0[0].sliced(axis: 0, from: 0, count: 3, step: 2)
      },
    ]
  }

  private static var paddings: [PrimitiveSample] {
    [
      PrimitiveSample("pad", [.smooth([2, 3])]) { $0[0].padded(low: [1, 0], high: [0, 2]) },
      PrimitiveSample("pad between elements", [.smooth([2, 3])]) {
        $0[0].padded(low: [0, 2], high: [1, 0], interior: [2, 1], value: 0.75)
      },
      PrimitiveSample("pad of nothing", [.smooth([0, 2])]) {
        $0[0].padded(low: [1, 0], high: [1, 0], interior: [3, 0], value: 2)
      },
      PrimitiveSample("pad with -infinity", [.smooth([2])], order: 0, isFinite: false) {
        $0[0].padded(low: [1], high: [1], value: -.infinity)
      },
      PrimitiveSample("pad of integers", [.int32([2], [5, -5])], order: 0) {
        $0[0].padded(low: [1], high: [1], interior: [1], value: -3)
      },
      PrimitiveSample("pad by reflection", [.smooth([3, 4])]) {
        $0[0].padded(low: [2, 1], high: [1, 3], mode: .reflect)
      },
      PrimitiveSample("pad by the edge", [.smooth([2, 3])]) {
        $0[0].padded(low: [0, 2], high: [3, 1], mode: .edge)
      },
    ]
  }

  private static var concatenations: [PrimitiveSample] {
    [
      PrimitiveSample("concatenate", [.smooth([2, 3]), .smooth([2, 1]), .smooth([2, 2])]) {
        Tensor.concatenated($0, axis: 1)
      },
      PrimitiveSample("concatenate with nothing", [.smooth([0, 2]), .smooth([2, 2])]) {
        Tensor.concatenated($0, axis: 0)
      },
      PrimitiveSample("concatenate a tensor with itself", [.smooth([2, 2])]) {
        Tensor.concatenated([$0[0], $0[0] * $0[0]], axis: -1)
      },
      PrimitiveSample("concatenate integers", [.int32([2], [1, 2]), .int32([1], [3])], order: 0) {
        Tensor.concatenated($0, axis: 0)
      },
      PrimitiveSample("stack", [.smooth([2, 2]), .smooth([2, 2])]) { Tensor.stacked($0, axis: 1) },
    ]
  }

  private static var casts: [PrimitiveSample] {
    let floats: [Double] = [.nan, .infinity, -.infinity, 3e9, -3e9, 2.9, -2.9, 0, 255.5, 256, -1]
    let integers: [Double] = [-2_147_483_648, 2_147_483_647, 256, 255, -1, 0, 16_777_216]
    let toOthers = ElementType.allCases.flatMap { element in
      [
        PrimitiveSample("cast float32 to \(element)", [.floats([11], floats)], order: 0, isFinite: false) {
          $0[0].cast(to: element)
        },
        PrimitiveSample("cast int32 to \(element)", [.int32([7], integers)], order: 0) {
          $0[0].cast(to: element)
        },
        PrimitiveSample(
          "cast uint8 to \(element)", [.init([4], .uint8, .listed([0, 1, 128, 255]))], order: 0
        ) {
          $0[0].cast(to: element)
        },
        PrimitiveSample("cast bool to \(element)", [.bool([4])], order: 0) { $0[0].cast(to: element) },
      ]
    }
    return toOthers.with(
      PrimitiveSample("cast cuts derivatives", [.init([4], .avoiding([-2, -1, 0, 1, 2], -2...2))]) {
        $0[0].cast(to: .int32).cast(to: .float32) * $0[0]
      })
  }

  private static var counting: [PrimitiveSample] {
    [
      PrimitiveSample(
        "iota", [], results: { scope, _ in [scope.iota([2, 3], axis: 1), scope.iota([2, 3], axis: 0)] }),
      PrimitiveSample("iota of floats", [], results: { scope, _ in [scope.iota([4], axis: 0, .float32)] }),
      PrimitiveSample("iota times a tensor", [.smooth([2, 3])]) {
        $0[0] * $0[0].scope.iota([2, 3], axis: 1, .float32)
      },
    ]
  }
}

extension Array {
  /// These and one more.
  func with(_ element: Element) -> [Element] { self + [element] }
}
