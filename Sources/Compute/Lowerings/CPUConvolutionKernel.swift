/// The convolution kernels of the CPU family.
enum CPUConvolutionKernel: String {
  case winograd
  case stridedWinograd = "winograd_strided"
  case direct, tiles, depthwise, first, last, plain

  /// The name in plans.
  var launchName: String { "convolution_" + rawValue }

  var inputLayout: (Int) -> Layout {
    switch self {
    case .winograd, .stridedWinograd, .direct, .tiles, .depthwise, .last: { .blocked(channels: $0) }
    case .first, .plain: { _ in .dense }
    }
  }

  var outputLayout: (Int) -> Layout {
    switch self {
    case .winograd, .stridedWinograd, .direct, .tiles, .depthwise, .first: { .blocked(channels: $0) }
    case .last, .plain: { _ in .dense }
    }
  }

  /// Whether the epilogue can read and write bit masks.
  var handlesMasks: Bool { outputLayout(16) != .dense }
}
