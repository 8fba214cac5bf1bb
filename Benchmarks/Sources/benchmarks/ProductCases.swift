import Compute

/// Matrix products and reductions.
enum ProductCases {
  /// Products as attention, linear layers and classifiers have them.
  static var products: [KernelCase] {
    let group = "Matrix products"
    func make(
      _ name: String, _ cpu: String, _ gpu: String?, _ a: Shape, _ b: Shape, isWeight: Bool = true
    ) -> KernelCase {
      var kernels: [KernelFamily: String] = [.cpu: cpu]
      kernels[.gpu] = gpu
      return KernelCase("\(name), \(a) by \(b)", in: group, .kernels(kernels)) {
        try Graph { scope in
          let right = isWeight ? scope.parameter("b", b) : scope.input("b", b)
          return [scope.input("a", a).matmul(right)]
        }
      }
    }
    return [
      make("square", "matmul", "matmul", [512, 512], [512, 512], isWeight: false),
      make("attention scores", "matmul", "matmul", [384, 65, 64], [384, 64, 65], isWeight: false),
      make("attention values", "matmul", "matmul", [384, 65, 65], [384, 65, 64], isWeight: false),
      make("transformer projection", "matmul_packed", "matmul", [8320, 192], [192, 576]),
      make("transformer expansion", "matmul_packed", "matmul", [8320, 192], [192, 768]),
      make("transformer contraction", "matmul_packed", "matmul", [8320, 768], [768, 192]),
      make("classifier", "matmul_packed", "matmul_narrow", [128, 512], [512, 10]),
      make("packing of a weight", "pack_matmul", nil, [16, 2048], [2048, 2048]),
    ]
  }

  /// Reductions over rows and columns, with few and with many results.
  static var reductions: [KernelCase] {
    func make(
      _ name: String, _ cpu: String, _ gpu: String, _ shape: Shape,
      _ fold: @escaping (Tensor) -> Tensor
    ) -> KernelCase {
      KernelCase("\(name) of \(shape)", in: "Reductions", .kernels([.cpu: cpu, .gpu: gpu])) {
        try Graph { scope in [fold(scope.input("x", shape))] }
      }
    }
    return [
      make("sums of rows", "reduce_rows", "reduce_group", [8320, 192]) { $0.sum([1]) },
      make("maxima of rows", "reduce_rows", "reduce_group", [8192, 1000]) { $0.maximum(over: [1]) },
      make("positions of maxima", "reduce_rows", "reduce_group", [8192, 1000]) { $0.argmax(axis: 1) },
      make("sums of columns", "reduce_columns", "reduce_items", [192, 65_536]) { $0.sum([0]) },
      make("sums of long rows", "reduce_rows_partial", "reduce_segments", [4, 1 << 20]) { $0.sum([1]) },
      make("sums of long columns", "reduce_columns_partial", "reduce_segments", [1 << 18, 16]) {
        $0.sum([0])
      },
      make("joining of partial sums", "reduce_join", "reduce_finish", [7, 1 << 20]) { $0.sum([1]) },
    ]
  }
}
