import ArrayFiles
import Compute

/// Images that are put one after the other.
struct ImageStack {
  /// How many images there will be.
  let count: Int
  private let resizing: ImageResizing?
  private var bytes: [UInt8] = []
  private var channels = 0
  private var size: (height: Int, width: Int) = (0, 0)
  /// The first image.
  private var first: String?
  private var gray: (first: String, count: Int)?
  private var inks: (first: String, count: Int)?

  /// Prepares for images.
  init(count: Int, _ resizing: ImageResizing?) {
    self.count = count
    self.resizing = resizing
  }

  /// Appends an image; a gray one among others gets three equal colours.
  ///
  /// - Throws: ``FileError`` that names the image if its size is another or memory is short.
  mutating func append(_ file: ImageFile) throws(FileError) {
    let image = try resized(file)
    if let first {
      guard image.height == size.height, image.width == size.width else {
        throw FileError(
          file.path,
          "has \(image.width) x \(image.height) pixels, while \(first) has \(size.width) x \(size.height); "
            + "--resize N --crop N brings images to one size")
      }
    } else {
      first = file.path
      size = (image.height, image.width)
      channels = image.channels
      try reserve(file.path)
    }
    if image.channels == 1 { gray = (gray?.first ?? file.path, (gray?.count ?? 0) + 1) }
    if file.wasInks { inks = (inks?.first ?? file.path, (inks?.count ?? 0) + 1) }
    if image.channels > channels { try repeatGray(file.path) }
    append(channels == 3 ? image.asColors : image)
  }

  /// All images, `[N, C, H, W]`.
  func inputs() -> HostArray {
    // Without images the shape of one is not known; that happens only where none was asked for.
    let sample = first == nil ? [1, 1, 1] : [channels, size.height, size.width]
    return HostArray(TensorType(Shape([count] + sample)), bytes: bytes)
  }

  /// What should be known, if anything.
  var remarks: [DataRemark] {
    var remarks: [DataRemark] = []
    func images(_ count: Int) -> String { count == 1 ? "1 image" : "\(count) images" }
    if let gray, channels == 3 {
      remarks.append(
        DataRemark(
          .grayRepeated,
          "\(images(gray.count)) in gray, such as \(gray.first), became RGB with three equal channels, "
            + "since others have colours"))
    }
    if let inks {
      remarks.append(
        DataRemark(
          .inksConverted,
          "\(images(inks.count)) in four inks (CMYK), such as \(inks.first), became RGB without a "
            + "colour profile"))
    }
    return remarks
  }

  private func resized(_ file: ImageFile) throws(FileError) -> Raster {
    guard let resizing else { return file.raster }
    if let problem = resizing.problem(height: file.height, width: file.width) {
      throw FileError(file.path, problem)
    }
    return resizing.applied(to: file.raster)
  }

  private mutating func append(_ image: Raster) {
    // SAFETY: the bytes of the floats are copied while the array is alive.
    unsafe image.values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Makes room for all images, if the machine has it.
  private mutating func reserve(_ path: String) throws(FileError) {
    let (pixels, overflow) = (size.height * size.width * channels * 4).multipliedReportingOverflow(by: count)
    // Half is left for what is computed.
    guard !overflow, pixels <= Memory.size / 2 else {
      throw FileError(path, "\(count) images of this size do not fit into memory; use --limit")
    }
    try Memory.check(pixels, path)
    bytes.reserveCapacity(pixels)
  }

  /// Gives the gray images that are there three equal colours.
  private mutating func repeatGray(_ path: String) throws(FileError) {
    let plane = size.height * size.width * 4
    let planes = bytes
    channels = 3
    bytes = []
    try reserve(path)
    for start in stride(from: 0, to: planes.count, by: plane) {
      for _ in 0..<3 { bytes += planes[start..<start + plane] }
    }
  }
}
