import Compute

/// Convolutions as the layers of known networks have them, and every convolution kernel besides.
enum ConvolutionCases {
  private static let group = "Convolutions"

  /// A layer of a network.
  private struct Layer {
    let network: String
    let inputs, outputs, size: Int
    var kernel = 3
    var stride = 1
    var groups = 1
    var batch = 128

    var padding: Int { kernel / 2 }
    var outputSize: Int { (size + 2 * padding - kernel) / stride + 1 }
    var input: Shape { [batch, inputs, size, size] }
    var output: Shape { [batch, outputs, outputSize, outputSize] }
    var weight: Shape { [outputs, inputs / groups, kernel, kernel] }

    var geometry: ConvolutionGeometry {
      ConvolutionGeometry(
        stride: [stride, stride], low: [padding, padding], high: [padding, padding], dilation: [1, 1],
        groups: groups)
    }

    var title: String {
      let remarks = (stride == 1 ? "" : ", stride \(stride)") + (groups == 1 ? "" : ", \(groups) groups")
      return "\(network) \(inputs)→\(outputs), \(kernel)x\(kernel) on \(size)x\(size)\(remarks)"
    }

    func forward() throws -> Graph {
      try Graph { scope in [scope.input("x", input).convolved(scope.parameter("w", weight), geometry)] }
    }

    func adjoint() throws -> Graph {
      try Graph { scope in
        let weight = scope.parameter("w", weight)
        return [scope.input("g", output).convolvedTransposed(weight, geometry, extents: [size, size])]
      }
    }

    func weightGradient() throws -> Graph {
      try Graph { scope in
        let weight = scope.input("w", weight)
        let sum = (scope.input("x", input).convolved(weight, geometry) * scope.input("g", output)).sum()
        return [sum.gradient(withRespectTo: weight)]
      }
    }
  }

  private static let layers: [Layer] = [
    Layer(network: "cnn6", inputs: 3, outputs: 32, size: 32),
    Layer(network: "cnn6", inputs: 32, outputs: 32, size: 32),
    Layer(network: "cnn6", inputs: 32, outputs: 64, size: 32, stride: 2),
    Layer(network: "cnn6", inputs: 64, outputs: 64, size: 16),
    Layer(network: "cnn6", inputs: 64, outputs: 128, size: 16, stride: 2),
    Layer(network: "cnn6", inputs: 128, outputs: 128, size: 8),
    Layer(network: "resnet20", inputs: 3, outputs: 16, size: 32),
    Layer(network: "resnet20", inputs: 16, outputs: 16, size: 32),
    Layer(network: "resnet20", inputs: 16, outputs: 32, size: 32, stride: 2),
    Layer(network: "resnet20", inputs: 32, outputs: 32, size: 16),
    Layer(network: "resnet20", inputs: 32, outputs: 64, size: 16, stride: 2),
    Layer(network: "resnet20", inputs: 64, outputs: 64, size: 8),
    Layer(network: "resnet18", inputs: 3, outputs: 64, size: 32),
    Layer(network: "resnet18", inputs: 64, outputs: 64, size: 32),
    Layer(network: "resnet18", inputs: 64, outputs: 128, size: 32, stride: 2),
    Layer(network: "resnet18", inputs: 64, outputs: 128, size: 32, kernel: 1, stride: 2),
    Layer(network: "resnet18", inputs: 128, outputs: 128, size: 16),
    Layer(network: "resnet18", inputs: 256, outputs: 256, size: 8),
    Layer(network: "resnet18", inputs: 512, outputs: 512, size: 4),
  ]

  /// Forward, with respect to the images and with respect to the weights, for every layer.
  static var ofNetworks: [KernelCase] {
    layers.flatMap { layer in
      [
        KernelCase("\(layer.title), forward", in: group, .convolution, layer.forward),
        KernelCase("\(layer.title), image gradient", in: group, .convolution, layer.adjoint),
        KernelCase("\(layer.title), weight gradient", in: group, .convolution, layer.weightGradient),
      ]
    }
  }

  /// The kernels by name, each through a layer that it is made for, and those that prepare for them.
  static var byKernel: [KernelCase] {
    let square = Layer(network: "layer", inputs: 128, outputs: 128, size: 16, batch: 16)
    let wide = Layer(network: "layer", inputs: 512, outputs: 512, size: 4, batch: 16)
    let strided = Layer(network: "layer", inputs: 256, outputs: 512, size: 8, stride: 2, batch: 16)
    let projection = Layer(
      network: "layer", inputs: 256, outputs: 512, size: 8, kernel: 1, stride: 2, batch: 16)
    let first = Layer(network: "layer", inputs: 3, outputs: 64, size: 32, batch: 32)
    let few = Layer(network: "layer", inputs: 4, outputs: 4, size: 32, batch: 32)
    let depthwise = Layer(network: "layer", inputs: 64, outputs: 64, size: 32, groups: 64, batch: 32)
    let odd = Layer(network: "layer", inputs: 40, outputs: 40, size: 32, batch: 32)
    func make(
      _ layer: Layer, _ cpu: String?, _ gpu: String?, _ graph: (Layer) -> () throws -> Graph
    ) -> KernelCase {
      var kernels: [KernelFamily: String] = [:]
      (kernels[.cpu], kernels[.gpu]) = (cpu, gpu)
      return KernelCase("\(cpu ?? gpu ?? ""): \(layer.title)", in: group, .kernels(kernels), graph(layer))
    }
    return [
      make(square, "convolution_winograd", "convolution_winograd", Layer.forward),
      make(wide, "pack_winograd", "winograd_weights", Layer.forward),
      make(strided, "convolution_winograd_strided", nil, Layer.forward),
      make(strided, "pack_winograd_strided", nil, Layer.forward),
      make(projection, "convolution_direct", "convolution_gemm", Layer.forward),
      make(projection, "pack_direct", nil, Layer.forward),
      make(first, "convolution_first", "convolution_gemm", Layer.forward),
      make(first, "pack_first", nil, Layer.forward),
      make(first, "convolution_last", "convolution_gemm", Layer.adjoint),
      make(first, "pack_last", nil, Layer.adjoint),
      make(depthwise, "convolution_depthwise", "convolution_depthwise", Layer.forward),
      make(depthwise, "pack_depthwise", nil, Layer.forward),
      make(few, "convolution_plain", "convolution_gemm", Layer.forward),
      make(strided, "convolution_weights", "convolution_weights", Layer.weightGradient),
      make(square, "convolution_weights_winograd", nil, Layer.weightGradient),
      make(first, "convolution_weights_first", nil, Layer.weightGradient),
      make(few, "convolution_weights_plain", nil, Layer.weightGradient),
      make(strided, "convolution_weights_sum", nil, Layer.weightGradient),
      make(square, nil, "add_partials", Layer.weightGradient),
      mask, statistics("channel_sums"), statistics("channel_sums_join"),
      statistics("channel_moments"), statistics("channel_moments_join"),
      make(strided, "pack_tiles", nil, Layer.forward),
      make(square, "convolution_weights_blocks_sum", nil, Layer.weightGradient),
      make(odd, "pack_blocked", nil, Layer.forward),
      make(odd, "unpack_blocked", nil, Layer.forward),
    ]
  }

  /// The sums of channels that normalisation by the statistics of the batch needs.
  private static func statistics(_ kernel: String) -> KernelCase {
    KernelCase("\(kernel): training step of cnn6, batch 32", in: group, .kernels([.cpu: kernel])) {
      try Workload("cnn6").training(batch: 32)
    }
  }

  /// The mask of a ReLU whose images do not fill whole bytes, which the GPU family writes in a launch of its own.
  private static var mask: KernelCase {
    KernelCase("mask of 64 channels, 15x15", in: group, .kernels([.gpu: "pack_mask"])) {
      try Graph { scope in
        let x = scope.input("x", [64, 16, 29, 29])
        let hidden = x.convolved(scope.parameter("a", [64, 16, 3, 3]), stride: 2, padding: 1).relu()
        let result = hidden.convolved(scope.parameter("b", [32, 64, 3, 3]), padding: 1)
        return [(result * result).sum().gradient(withRespectTo: x)]
      }
    }
  }
}
