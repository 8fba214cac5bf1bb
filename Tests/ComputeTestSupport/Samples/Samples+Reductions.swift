import Compute

extension PrimitiveSample {
  /// Folds, searches, running sums and sorting.
  static let reductions: [PrimitiveSample] = sums + extremes + searches + runningSums + sorts

  private static let rows: [Double] = [1, .nan, 3, -.infinity, .infinity, 0, 2, 2, 1]
  private static let large: [Double] = [2_147_483_647, 5, -7, 2_147_483_647, 2_147_483_647, 1]

  private static var sums: [PrimitiveSample] {
    [
      PrimitiveSample("sum of everything", [.smooth([2, 3])]) { $0[0].sum() },
      PrimitiveSample("sum over the first axis", [.smooth([2, 3])]) { $0[0].sum([0]) },
      PrimitiveSample("sum over outer and inner axes", [.smooth([2, 3, 2])]) { $0[0].sum([0, -1]) },
      PrimitiveSample("sum over the middle", [.smooth([2, 3, 2])]) { $0[0].sum([1], keepingAxes: true) },
      PrimitiveSample("sum of nothing", [.smooth([2, 0])]) { $0[0].sum([1]) },
      PrimitiveSample("sum of many", [.smooth([3, 70])], order: 1) { $0[0].sum([1]) },
      PrimitiveSample("sum of special rows", [.floats([3, 3], rows)], order: 0, isFinite: false) {
        $0[0].sum([1])
      },
      PrimitiveSample("sum of integers wraps", [.int32([2, 3], large)], order: 0) { $0[0].sum([1]) },
      PrimitiveSample("mean", [.smooth([2, 3])]) { $0[0].mean([1]) },
      PrimitiveSample("variance", [.smooth([2, 3])], order: 3) { $0[0].variance([1]) },
    ]
  }

  private static var extremes: [PrimitiveSample] {
    [
      PrimitiveSample("maximum over an axis", [.separated([3, 4])]) { $0[0].maximum(over: [1]) },
      PrimitiveSample("maximum of everything", [.separated([2, 3, 2])]) { $0[0].maximum(over: nil) },
      PrimitiveSample("minimum over two axes", [.separated([2, 3, 2])]) { $0[0].minimum(over: [0, 2]) },
      PrimitiveSample("minimum over the first axis", [.separated([3, 4])]) {
        $0[0].minimum(over: [0], keepingAxes: true)
      },
      PrimitiveSample("maximum of special rows", [.floats([3, 3], rows)], order: 0, isFinite: false) {
        $0[0].maximum(over: [1])
      },
      PrimitiveSample("minimum of special rows", [.floats([3, 3], rows)], order: 0, isFinite: false) {
        $0[0].minimum(over: [1])
      },
      PrimitiveSample("maximum of integers", [.int32([2, 3], large)], order: 0) { $0[0].maximum(over: [1]) },
      PrimitiveSample("minimum of integers", [.int32([2, 3], large)], order: 0) { $0[0].minimum(over: [0]) },
    ]
  }

  private static var searches: [PrimitiveSample] {
    [
      PrimitiveSample("argmax", [.separated([3, 4])], order: 0) { $0[0].argmax() },
      PrimitiveSample("argmin over the first axis", [.separated([3, 4])], order: 0) { $0[0].argmin(axis: 0) },
      PrimitiveSample("argmax in the middle", [.separated([2, 3, 2])], order: 0) {
        $0[0].argmax(axis: 1, keepingAxis: true)
      },
      PrimitiveSample("argmax of special rows", [.floats([3, 3], rows)], order: 0) { $0[0].argmax() },
      PrimitiveSample("argmin of special rows", [.floats([3, 3], rows)], order: 0) { $0[0].argmin() },
      PrimitiveSample("argmax of integers with ties", [.int32([2, 3], large)], order: 0) { $0[0].argmax() },
    ]
  }

  private static var runningSums: [PrimitiveSample] {
    [
      PrimitiveSample("cumulative sum", [.smooth([2, 4])]) { $0[0].cumulativeSum() },
      PrimitiveSample("cumulative sum from the end", [.smooth([3, 2])]) {
        $0[0].cumulativeSum(axis: 0, reversed: true)
      },
      PrimitiveSample("cumulative sum in the middle", [.smooth([2, 3, 2])]) { $0[0].cumulativeSum(axis: 1) },
      PrimitiveSample("cumulative sum of nothing", [.smooth([0, 2])]) { $0[0].cumulativeSum(axis: 0) },
      PrimitiveSample("cumulative sum of integers wraps", [.int32([2, 3], large)], order: 0) {
        $0[0].cumulativeSum() + 1
      },
      PrimitiveSample("cumulative sum of special rows", [.floats([3, 3], rows)], order: 0, isFinite: false) {
        $0[0].cumulativeSum()
      },
    ]
  }

  private static var sorts: [PrimitiveSample] {
    [
      PrimitiveSample("top 2", [.separated([2, 5])]) { $0[0].top(2).values },
      PrimitiveSample("smallest 3 of a vector", [.separated([6])]) { $0[0].top(3, largest: false).values },
      PrimitiveSample("positions of the top 2", [.separated([2, 2, 3])], order: 0) { $0[0].top(2).indices },
      PrimitiveSample("top none", [.separated([2, 3])]) { $0[0].top(0).values },
      PrimitiveSample("sort", [.separated([3, 4])]) { $0[0].sorted() },
      PrimitiveSample("sort special rows", [.floats([3, 3], rows)], order: 0, isFinite: false) {
        $0[0].sorted(descending: true)
      },
      PrimitiveSample("sort special rows upward", [.floats([3, 3], rows)], order: 0) {
        $0[0].top(3, largest: false).indices
      },
      PrimitiveSample("sort integers with ties", [.int32([2, 3], large)], order: 0) { $0[0].top(3).indices },
    ]
  }
}
