import Compute
import Datasets
import Networks

/// What is known about the axes of samples in the data.
struct DataAxes {
  /// Whether a sample of three axes is `[C, H, W]`.
  let areKnown: Bool
  /// Whether gray images may be given to models that take colours.
  let areImageFiles: Bool

  init(_ source: DataSource, _ options: DataOptions) {
    areKnown = source.kind != .arrays || options.layout != nil
    areImageFiles = source.kind == .imageFiles
  }
}

/// How samples are laid out anew to become what a model takes.
///
/// Arrays of files are taken as they are, but for an axis of one channel that is missing. Of data sets, and where the
/// user says so, the order of axes is known, `[C, H, W]`, so their images can also be given to models that want them
/// flat or with the channels last, as models from TensorFlow do.
enum InputLayout: String, Encodable {
  /// As they are.
  case unchanged
  /// The same elements in the same order under another shape.
  case reshaped
  /// From `[C, H, W]` to `[H, W, C]`.
  case channelsLast
  /// From `[1, H, W]` to `[3, H, W]`.
  case grayRepeated

  /// The layout in which samples of `sample` are taken by an input of these extents, nil being any; nil if
  /// there is none.
  init?(_ sample: [Int], fitting extents: [Int?], _ axes: DataAxes) {
    func fits(_ shape: [Int]) -> Bool { InputLayout.fits(shape, extents) }
    let fixed = extents.compactMap(\.self)
    if fits(sample) {
      self = .unchanged
    } else if axes.areKnown, sample.count == 3, fits([sample[1], sample[2], sample[0]]) {
      self = .channelsLast
    } else if axes.areKnown, fixed.count == extents.count, InputLayout.isReshaped(sample, fixed) {
      self = .reshaped
    } else if axes.areImageFiles, sample.count == 3, sample[0] == 1, fits([3, sample[1], sample[2]]) {
      self = .grayRepeated
    } else if sample.count == 2, fixed.count == extents.count, fixed == [1] + sample || fixed == sample + [1]
    {
      self = .reshaped
    } else {
      return nil
    }
  }

  /// What may help where there is no layout.
  static func advice(_ sample: [Int], fitting extents: [Int?], _ axes: DataAxes) -> String {
    guard !axes.areKnown, sample.count == 3 else { return "" }
    if fits([sample[2], sample[0], sample[1]], extents) {
      return "; if the last axis of the array is that of the channels, say --layout nhwc"
    }
    if fits([sample[1], sample[2], sample[0]], extents) {
      return "; if the first axis of a sample is that of the channels, say --layout nchw"
    }
    return ""
  }

  private static func fits(_ shape: [Int], _ extents: [Int?]) -> Bool {
    shape.count == extents.count && zip(shape, extents).allSatisfy { $1 == nil || $0 == $1 }
  }

  /// Whether both differ in axes of extent 1 alone, or the second has a single axis for all elements.
  private static func isReshaped(_ sample: [Int], _ shape: [Int]) -> Bool {
    let (given, wanted) = (sample.filter { $0 != 1 }, shape.filter { $0 != 1 })
    return given == wanted || wanted == [sample.reduce(1, *)]
  }

  /// What people should know about it; nil where nothing was done.
  func remark(_ data: String) -> String? {
    switch self {
    case .unchanged: nil
    case .reshaped: "\(data): the samples are given to the model in another shape, elements in the same order"
    case .channelsLast: "\(data): the images are given to the model with the channels last"
    case .grayRepeated: "\(data): the images are gray, and are given to the model with three equal channels"
    }
  }

  /// The samples in this layout.
  ///
  /// - Parameter extents: Those of the model's input, without the first; all known where elements are
  ///   reshaped.
  func applied(to inputs: HostArray, _ extents: [Int?]) -> HostArray {
    let shape = inputs.shape.extents
    switch self {
    case .unchanged: return inputs
    case .reshaped:
      return HostArray(TensorType(Shape([shape[0]] + extents.compactMap(\.self))), bytes: inputs.bytes)
    case .grayRepeated:
      let plane = shape[2] * shape[3] * 4
      var bytes: [UInt8] = []
      bytes.reserveCapacity(3 * inputs.bytes.count)
      for start in stride(from: 0, to: inputs.bytes.count, by: plane) {
        for _ in 0..<3 { bytes += inputs.bytes[start..<start + plane] }
      }
      return HostArray(TensorType(Shape([shape[0], 3, shape[2], shape[3]])), bytes: bytes)
    case .channelsLast:
      let (channels, places) = (shape[1], shape[2] * shape[3])
      let values = inputs.floats
      var moved = [Float](repeating: 0, count: values.count)
      for sample in 0..<shape[0] {
        let first = sample * channels * places
        for place in 0..<places {
          for channel in 0..<channels {
            moved[first + place * channels + channel] = values[first + channel * places + place]
          }
        }
      }
      return HostArray([shape[0], shape[2], shape[3], channels], moved)
    }
  }
}
