import Benchmarking
import Compute

/// Whether every kernel has a benchmark.
enum KernelCoverage {
  /// Kernels that no graph leads to, and why.
  private static let exceptions = [
    "scatter_add_int": "only a graph read from a file can hold it, since integers have no derivatives",
    "convolution_tf32": "the device puts it in the place of convolution_gemm",
    "convolution_tf32x3": "the device puts it in the place of convolution_gemm",
    "matmul_tf32": "the device puts it in the place of matmul",
    "matmul_tf32x3": "the device puts it in the place of matmul",
  ]

  /// Every benchmark of a kernel.
  static var cases: [KernelCase] {
    ConvolutionCases.ofNetworks + ConvolutionCases.byKernel + ProductCases.products + ProductCases.reductions
      + ElementCases.maps + ElementCases.shortcuts + ElementCases.pools + ElementCases.lookups
      + ElementCases.attacks
  }

  /// What is wrong: benchmarks that do not launch their kernel, and kernels without a benchmark.
  static func problems() throws -> [String] {
    try [KernelFamily.cpu, .gpu].flatMap { family -> [String] in
      var (reached, problems): (Set<String>, [String]) = ([], [])
      for kernelCase in cases {
        do {
          reached.formUnion(try kernelCase.kernels(of: family))
        } catch let error as BenchmarkError {
          problems.append(error.description)
        }
      }
      let missing = KernelList.names(of: family).filter { !reached.contains($0) && exceptions[$0] == nil }
      return problems
        + missing.map { "kernel \($0) of the \(family.rawValue) family has no benchmark; add a case for it" }
    }
  }
}
