/// How a pooling window moves over an image.
public struct WindowGeometry: Hashable, Sendable, Codable {
  /// Rows and columns of the window.
  public var extents: [Int]
  /// Distance between neighbouring windows: rows, columns.
  public var stride: [Int]
  /// Distance between neighbouring taps: rows, columns.
  public var dilation: [Int]
  /// Rows and columns by which the first window starts before the image.
  public var low: [Int]
  /// Rows and columns by which windows may reach beyond the image.
  public var high: [Int]

  /// Makes a geometry; by default windows lie side by side.
  public init(
    _ extents: [Int], stride: [Int]? = nil, dilation: [Int] = [1, 1], low: [Int] = [0, 0],
    high: [Int] = [0, 0]
  ) {
    self.extents = extents
    self.stride = stride ?? extents
    self.dilation = dilation
    self.low = low
    self.high = high
  }

  /// The number of taps.
  var taps: Int { extents.reduce(1, *) }

  /// The type that stores a tap's number.
  var indexElement: ElementType { taps <= 256 ? .uint8 : .int32 }

  /// `[M, OH, OW]` for an image `[M, H, W]`.
  func outputShape(_ image: Shape) throws(TypeMismatch) -> Shape {
    guard [extents, stride, dilation, low, high].allSatisfy({ $0.count == 2 }),
      (extents + stride + dilation).allSatisfy({ $0 >= 1 }), (low + high).allSatisfy({ $0 >= 0 })
    else { throw TypeMismatch("window, stride and dilation must be positive, padding not negative") }
    guard image.rank == 3 else { throw TypeMismatch("an image [M, H, W] is needed") }
    let as2D = ConvolutionGeometry(stride: stride, low: low, high: high, dilation: dilation)
    guard let height = as2D.outputExtent(0, image: image[1], kernel: extents[0]),
      let width = as2D.outputExtent(1, image: image[2], kernel: extents[1])
    else {
      throw TypeMismatch("a \(extents[0]) by \(extents[1]) window does not fit the padded image \(image)")
    }
    return [image[0], height, width]
  }

  /// Calls `body` with each window's position in the output, tap number and image position, in row-major order.
  func forEachTap(_ image: Shape, _ output: Shape, _ body: (_ output: Int, _ tap: Int, _ image: Int) -> Void)
  {
    var o = 0
    output.forEachCoordinate { place in
      for ky in 0..<extents[0] {
        let y = place[1] * stride[0] + ky * dilation[0] - low[0]
        guard y >= 0, y < image[1] else { continue }
        for kx in 0..<extents[1] {
          let x = place[2] * stride[1] + kx * dilation[1] - low[1]
          guard x >= 0, x < image[2] else { continue }
          body(o, ky * extents[1] + kx, (place[0] * image[1] + y) * image[2] + x)
        }
      }
      o += 1
    }
  }
}
