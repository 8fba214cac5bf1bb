import Compute

extension GraphWriter {
  /// A convolution of image, weight and perhaps bias.
  mutating func convolve(_ operands: [String], _ geometry: ConvolutionGeometry, kernel: [Int]) -> String {
    add(
      "Conv", operands,
      [
        "dilations": .integers(geometry.dilation), "group": .integer(geometry.groups),
        "kernel_shape": .integers(kernel), "pads": .integers(geometry.low + geometry.high),
        "strides": .integers(geometry.stride),
      ])
  }

  /// A transposed convolution of image, weight and perhaps bias.
  ///
  /// - Parameter rest: Rows and columns at the end that no tap reaches.
  mutating func deconvolve(
    _ operands: [String], _ geometry: ConvolutionGeometry, kernel: [Int], rest: [Int]
  ) -> String {
    add(
      "ConvTranspose", operands,
      [
        "dilations": .integers(geometry.dilation), "group": .integer(geometry.groups),
        "kernel_shape": .integers(kernel), "output_padding": .integers(rest),
        "pads": .integers(geometry.low + geometry.high), "strides": .integers(geometry.stride),
      ])
  }

  /// The largest element of each window over the last two axes of four.
  mutating func maxPool(_ image: String, _ window: WindowGeometry) -> String {
    add(
      "MaxPool", [image],
      [
        "dilations": .integers(window.dilation), "kernel_shape": .integers(window.extents),
        "pads": .integers(window.low + window.high), "strides": .integers(window.stride),
      ])
  }

  /// The mean of each window over the last two axes of four; the window must not be dilated.
  mutating func averagePool(_ image: String, _ window: WindowGeometry, countsPadding: Bool) -> String {
    add(
      "AveragePool", [image],
      [
        "count_include_pad": .integer(countsPadding ? 1 : 0), "kernel_shape": .integers(window.extents),
        "pads": .integers(window.low + window.high), "strides": .integers(window.stride),
      ])
  }
}

extension ConvolutionGeometry {
  /// Rows and columns at the end of an image that no window of `kernel` taps reaches, for `outputs` windows.
  func rest(outputs: [Extent], kernel: [Extent], image: [Extent]) -> [Int] {
    (0..<2).map { axis in
      let covered = (outputs[axis].fixed - 1) * stride[axis] + (kernel[axis].fixed - 1) * dilation[axis] + 1
      return image[axis].fixed - (covered - low[axis] - high[axis])
    }
  }
}

extension WindowGeometry {
  /// The same movement as that of a convolution.
  var asConvolution: ConvolutionGeometry {
    ConvolutionGeometry(stride: stride, low: low, high: high, dilation: dilation)
  }

  /// Whether every window meets the image, as ONNX's pooling operators demand.
  var fitsPooling: Bool {
    zip(low + high, extents + extents).allSatisfy { $0 < $1 }
  }
}
