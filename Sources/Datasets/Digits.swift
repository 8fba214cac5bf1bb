import ArrayFiles
import CDigits

/// The handwritten digits of Alpaydin and Kaynak: the data set that is part of the binary.
///
/// 1,797 images of shape `[1, 8, 8]` in ten classes, in the order of the original.
public enum Digits {
  /// Who made the data and on what terms they may be used; show it where the data are shown.
  public static let attribution = """
    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, \
    https://doi.org/10.24432/C50P49, CC BY 4.0; values rescaled from 0...16 to 0...255.
    """

  /// Every image.
  public static let all = embedded()

  /// The first 1,297 images.
  public static let training = all[0..<trainingCount]

  /// The last 500 images.
  public static let test = all[trainingCount..<all.count]

  private static let trainingCount = 1_297

  private static func embedded() -> Samples {
    do {
      // SAFETY: both files are constants of the binary, with their own sizes.
      let (images, labels) = try unsafe (parse(digits_images()), parse(digits_labels()))
      return try IDXPair.samples("digits", images, labels, classCount: 10)
    } catch {
      preconditionFailure("the embedded digits are damaged: \(error)")
    }
  }

  // SAFETY: `file.bytes` holds `file.count` bytes, and `file.name` ends with a zero.
  @unsafe private static func parse(_ file: digits_file) throws(FileError) -> StoredArray {
    let contents = unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    return try unsafe IDXFile.decode(contents, name: String(cString: file.name))
  }
}

/// `digits[:train|test]`: the digits in the binary.
struct EmbeddedDigits: DataFormat {
  static let scheme = "digits"
  static let usage = "digits[:train|test]"

  private let part: DataPart

  init?(_ location: String) {
    guard let part = location.isEmpty ? .test : DataPart(rawValue: location) else { return nil }
    self.part = part
  }

  func load(_ name: String, _ request: DataRequest) throws(FileError) -> Samples {
    let samples =
      switch part {
      case .training: Digits.training
      case .test: Digits.test
      }
    return request.rows.map(samples.prefix) ?? samples
  }
}
