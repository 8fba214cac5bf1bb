import ArgumentParser
import Datasets
import Networks

/// Which samples are taken out of the data, and how they come to what the model takes: the same for every command that
/// computes on samples.
struct DataOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only these samples, counted from 0, in this order, as in 0,5,9-20; or a file with such numbers; all by default.",
      valueName: "list|file"),
    transform: { try IndexList($0) })
  var indices: IndexList?

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp(
      "Only samples of this class; may be given several times; all by default.", valueName: "name|number"))
  var classes: [String] = []

  @Option(
    name: .customLong("classes"),
    help: ArgumentHelp(
      "The names of the classes, one a line, the first having label 0; by default classes.txt in folder:DIR.",
      valueName: "file"))
  var classList: String?

  @Option(
    help: ArgumentHelp(
      "The order of the axes of arrays of images, whose channels come first (nchw) or last (nhwc); by default arrays "
        + "are given to the model as they are.", valueName: "nchw|nhwc"),
    transform: { try ArrayLayout(argument: $0) })
  var layout: ArrayLayout?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The shorter side of images of folder:DIR, as torchvision's Resize: bilinear, antialiased; "
        + "as they are by default.",
      valueName: "n"))
  var resize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The side of the square in the middle of images that is kept; all by default.", valueName: "n"))
  var crop: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The range of the pixels that the model takes and that floats in arrays have, as in 0..255 or -1..1, by default "
        + "0..1; budgets, "
        + "gradients and stored images are in units of pixels of 0...1 all the same.", valueName: "low..high"),
    transform: { try PixelRange($0) })
  var range: PixelRange?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The range of floats in arrays where it is not that of the model, as in 0..1; --range by default.",
      valueName: "low..high"),
    transform: { try PixelRange($0) })
  var dataRange: PixelRange?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Normalise pixels in front of the model: means and deviations of the channels in units of --range, as in "
        + "0.485,0.456,0.406:0.229,0.224,0.225; nothing by default.", valueName: "means:deviations"),
    transform: { try ChannelStatistics($0) })
  var normalize: ChannelStatistics?

  func validate() throws {
    for (name, side) in [("--resize", resize), ("--crop", crop)] {
      if let side, !(1...ImageResizing.longest).contains(side) {
        throw ValidationError("\(name) \(side): a number of pixels in 1...\(ImageResizing.longest) is needed")
      }
    }
    if let resize, let crop, crop > resize {
      throw ValidationError("--crop \(crop): is larger than the shorter side after --resize \(resize)")
    }
  }

  /// What the data set is asked for.
  ///
  /// - Throws: `FileError` for a list of indices in a file that cannot be read.
  func request(limit: Int?) throws -> DataRequest {
    var request = DataRequest(limit: limit)
    request.indices = try indices?.numbers()
    request.classes = classes
    request.classList = classList
    request.layout = layout
    request.range = (dataRange ?? range)?.bounds
    // Floats that are normalised in front of the model are pixels of some range.
    if request.range == nil, normalize != nil { request.range = 0...1 }
    request.resizing =
      resize == nil && crop == nil ? nil : ImageResizing(shorterSide: resize, crop: crop)
    return request
  }

  /// What is put in front of the model.
  var preprocessing: PixelPreprocessing {
    var preprocessing = PixelPreprocessing()
    if let range { preprocessing.range = range.bounds }
    if let normalize {
      (preprocessing.mean, preprocessing.deviation) = (normalize.means, normalize.deviations)
    }
    return preprocessing
  }
}

extension ArrayLayout {
  fileprivate init(argument: String) throws {
    guard let layout = ArrayLayout(rawValue: argument.lowercased()) else {
      throw ValidationError("'\(argument)': say nchw or nhwc")
    }
    self = layout
  }
}

/// `LOW..HIGH`.
struct PixelRange {
  let bounds: ClosedRange<Double>

  init(_ text: String) throws {
    let parts = text.replacing("...", with: "..").split(separator: "..", omittingEmptySubsequences: false)
    guard parts.count == 2, let low = Double(parts[0]), let high = Double(parts[1]), low.isFinite,
      high.isFinite
    else { throw ValidationError("'\(text)': a range is two numbers, as in 0..255 or -1..1") }
    guard low < high, Float(low) < Float(high), (high - low).isFinite else {
      throw ValidationError("'\(text)': the first number must be the smaller one")
    }
    bounds = low...high
  }

  /// The range as it is written.
  var text: String { "\(Float(bounds.lowerBound))..\(Float(bounds.upperBound))" }
}

/// `MEAN,...:DEVIATION,...`.
struct ChannelStatistics {
  let means, deviations: [Double]

  init(_ text: String) throws {
    let halves = text.split(separator: ":", omittingEmptySubsequences: false).map { half in
      half.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    }
    guard halves.count == 2, halves.joined().allSatisfy({ $0?.isFinite == true }) else {
      throw ValidationError(
        "'\(text)': means and deviations are needed, one of each or one a channel, as in 0.5:0.25 or "
          + "0.485,0.456,0.406:0.229,0.224,0.225")
    }
    (means, deviations) = (halves[0].compactMap(\.self), halves[1].compactMap(\.self))
    guard means.count == deviations.count else {
      throw ValidationError("'\(text)': there are \(means.count) means and \(deviations.count) deviations")
    }
    if let deviation = deviations.first(where: { !(Float($0) > 0) || !Float(1 / $0).isFinite }) {
      throw ValidationError("'\(text)': the deviation \(deviation) is not above 0")
    }
  }
}
