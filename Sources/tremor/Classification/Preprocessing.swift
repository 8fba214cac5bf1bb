import Compute
import Datasets
import Networks

/// What is put in front of the model, as reports show it.
struct PreprocessingReport: Encodable {
  /// What becomes of pixels of 0 and 1.
  let range: [Double]
  /// What is subtracted from each channel and what it is divided by; nil where nothing is.
  let mean, deviation: [Double]?

  /// nil where the model takes pixels of 0...1 as they are.
  init?(_ preprocessing: PixelPreprocessing) {
    guard !preprocessing.isIdentity else { return nil }
    range = [preprocessing.range.lowerBound, preprocessing.range.upperBound]
    mean = preprocessing.mean.isEmpty ? nil : preprocessing.mean
    deviation = mean.map { _ in preprocessing.deviation }
  }

  /// For people.
  var text: String {
    var parts: [String] = []
    if range != [0, 1] { parts.append("0...1 to \(Float(range[0]))...\(Float(range[1]))") }
    if let mean, let deviation {
      let list = { (numbers: [Double]) in numbers.map { "\(Float($0))" }.joined(separator: ", ") }
      parts.append("normalised by mean \(list(mean)), deviation \(list(deviation))")
    }
    return parts.joined(separator: ", then ") + "; budgets and derivatives are of pixels of 0...1"
  }
}

extension InputLayout {
  /// The channel of each element of a sample whose axes are joined for the model; nil where the axes are there.
  ///
  /// - Parameter sample: The shape of a sample in the data.
  func channels(of sample: [Int], count: Int) -> [Int]? {
    guard self == .reshaped, count > 1, sample.count == 3 else { return nil }
    return (0..<sample.reduce(1, *)).map { $0 / (sample[1] * sample[2]) }
  }
}

extension Subject {
  /// The model behind what the options put in front of it.
  ///
  /// - Throws: A ``CommandFailure`` for statistics of another number of channels than the samples have.
  static func model(
    _ model: Model, behind preprocessing: PixelPreprocessing, _ samples: Samples, _ layout: InputLayout,
    inputs: HostArray
  ) throws -> Model {
    let channels = layout.channels(of: samples.sampleShape, count: preprocessing.mean.count)
    let sample = Shape(Array(inputs.shape.extents.dropFirst()))
    let fits = channels.map { ($0.last ?? -1) + 1 == preprocessing.mean.count }
    guard fits ?? (preprocessing.channelAxis(of: sample) != nil) else {
      throw CommandFailure(
        "\(samples.name): --normalize has \(preprocessing.mean.count) means, and the samples are \(sample)")
    }
    return model.behind(preprocessing, channels: channels)
  }

  /// What looks as if it were meant otherwise.
  static func suspicion(
    _ range: ClosedRange<Float>, _ options: DataOptions, _ source: DataSource
  ) -> DataRemark? {
    guard source.kind == .arrays else {
      guard options.dataRange != nil else { return nil }
      return DataRemark(
        .suspiciousRange, "--data-range has no effect on \(source): the range of its pixels is known")
    }
    guard let given = options.dataRange ?? options.range, given.bounds.upperBound >= 2 else { return nil }
    // 1 of 255 at most: bytes would be expected to reach further.
    guard
      range.upperBound * Float(given.bounds.upperBound - given.bounds.lowerBound)
        + Float(given.bounds.lowerBound) <= 1.001, options.dataRange == nil
    else { return nil }
    return DataRemark(
      .suspiciousRange,
      "warning: \(source): the floats are at most 1, and --range says \(given.text); if they are pixels of 0...1, "
        + "say --data-range 0..1")
  }
}
