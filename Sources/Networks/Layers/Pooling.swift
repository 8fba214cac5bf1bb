public import Compute

/// The largest element of each window of every channel; `torch.nn.MaxPool2d`.
public struct MaxPool: Layer, Hashable {
  /// How the windows lie.
  public var window: PoolingWindow

  /// Makes a pooling; windows lie side by side unless a stride is given.
  public init(_ extent: Int, stride: Int? = nil, padding: Int = 0) {
    window = PoolingWindow(extent: extent, stride: stride ?? extent, padding: padding)
  }

  /// `[N, C, OH, OW]` for images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    window.refusal(of: input, scope) ?? input.maxPooled(window.geometry)
  }
}

/// The mean of each window of every channel, zeros of the padding included; `torch.nn.AvgPool2d`.
public struct AveragePool: Layer, Hashable {
  /// How the windows lie.
  public var window: PoolingWindow

  /// Makes a pooling; windows lie side by side unless a stride is given.
  public init(_ extent: Int, stride: Int? = nil, padding: Int = 0) {
    window = PoolingWindow(extent: extent, stride: stride ?? extent, padding: padding)
  }

  /// `[N, C, OH, OW]` for images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    window.refusal(of: input, scope) ?? input.averagePooled(window.geometry)
  }
}

/// The mean of each channel, `[N, C]` for images `[N, C, H, W]`.
public struct GlobalAveragePool: Layer, Hashable {
  /// Makes a pooling.
  public init() {}

  /// `[N, C]` for images `[N, C, H, W]`.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    guard input.rank == 4 else { return scope.refuse(input, "a global pooling needs images [N, C, H, W]") }
    return input.globalAveragePooled()
  }
}

/// Square windows that move over an image.
public struct PoolingWindow: Hashable, Sendable {
  /// Rows and columns of a window.
  public var extent: Int
  /// Rows and columns between windows.
  public var stride: Int
  /// Rows and columns by which windows reach beyond every side; at most half the extent.
  public var padding: Int

  var geometry: WindowGeometry {
    WindowGeometry(
      [extent, extent], stride: [stride, stride], low: [padding, padding], high: [padding, padding])
  }

  /// A stand-in for the result where the window does not fit.
  func refusal(of input: Tensor, _ scope: NetworkScope) -> Tensor? {
    if input.rank == 4, extent >= 1, padding >= 0, padding <= extent / 2 { return nil }
    return scope.refuse(
      input,
      "a \(extent) by \(extent) window with padding \(padding) needs images [N, C, H, W] and a padding of at most "
        + "half the window")
  }
}
