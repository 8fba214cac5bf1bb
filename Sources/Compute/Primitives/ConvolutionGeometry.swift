/// How a kernel moves over an image: the numbers that stay fixed when a convolution is differentiated.
public struct ConvolutionGeometry: Hashable, Sendable, Codable {
  /// Distance between neighbouring outputs, in pixels of the image: rows, columns.
  public var stride: [Int]
  /// Rows and columns of zeros in front of the image.
  public var low: [Int]
  /// Rows and columns of zeros behind the image.
  public var high: [Int]
  /// Distance between neighbouring taps of the kernel: rows, columns.
  public var dilation: [Int]
  /// How many groups the channels fall into; each sees only itself.
  public var groups: Int

  /// Makes a geometry; the defaults are those of a plain convolution without padding.
  public init(
    stride: [Int] = [1, 1], low: [Int] = [0, 0], high: [Int] = [0, 0], dilation: [Int] = [1, 1],
    groups: Int = 1
  ) {
    self.stride = stride
    self.low = low
    self.high = high
    self.dilation = dilation
    self.groups = groups
  }

  /// The extent of the result along spatial axis `axis` (0 rows, 1 columns), or nil where the kernel does not fit.
  func outputExtent(_ axis: Int, image: Int, kernel: Int) -> Int? {
    let room = image + low[axis] + high[axis] - dilation[axis] * (kernel - 1) - 1
    return room < 0 ? nil : room / stride[axis] + 1
  }

  func validate() throws(TypeMismatch) {
    guard [stride, low, high, dilation].allSatisfy({ $0.count == 2 }), groups >= 1,
      stride.allSatisfy({ $0 >= 1 }), dilation.allSatisfy({ $0 >= 1 }), (low + high).allSatisfy({ $0 >= 0 })
    else { throw TypeMismatch("strides, dilations and groups must be positive, padding not negative") }
  }
}
