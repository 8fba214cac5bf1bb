public import Compute

/// How stored elements become what a model takes.
///
/// Bytes are divided by 255, so that they lie in 0...1. Floats stay as they are, or come from the range that is
/// given to 0...1; each is rounded once.
public struct InputConversion: Hashable, Sendable {
  /// Where floats lie; nil if they stay as they are, whatever they are.
  public var range: ClosedRange<Double>?
  /// Whether entries `[H, W, C]` become `[C, H, W]`.
  public var movesChannelsFirst: Bool

  /// Makes a conversion.
  public init(range: ClosedRange<Double>? = nil, movesChannelsFirst: Bool = false) {
    self.range = range
    self.movesChannelsFirst = movesChannelsFirst
  }
}

extension NPYFile {
  /// Reads a file as what a model takes, without ever holding it twice.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - rows: How many entries along the first axis to read at most; nil for all.
  /// - Throws: ``FileError`` as ``read(_:rows:)`` does, for elements of another type, for the first float outside
  ///   the range, and for entries that have no three axes where channels are to be moved.
  public static func modelInputs(
    _ path: String, rows: Int? = nil, _ conversion: InputConversion = InputConversion()
  ) throws(FileError) -> HostArray {
    var stream = FileSection(try InputFile(path))
    return try modelInputs(&stream, rows: rows, conversion)
  }

  static func modelInputs(
    _ stream: inout some ByteStream, rows: Int?, _ conversion: InputConversion
  ) throws(FileError) -> HostArray {
    let header = try NPYHeader(&stream)
    let reader = try InputReader(header, conversion, stream.origin)
    let extent = header.shape.first ?? 0
    let kept = min(extent, rows.map { max(0, $0) } ?? extent)
    if header.isFortranOrder, header.shape.count > 1 {
      // The entries lie interleaved, so that all are read before the first is known.
      let bytes = try stream.read(header.byteCount, "the elements")
      try stream.checkEnd(after: "the elements of \(header.shape)")
      return try reader.array(kept, array(header, header.shape, bytes).prefix(kept))
    }
    let bytes = try reader.bytes(kept, &stream)
    if kept == extent { try stream.checkEnd(after: "the elements of \(header.shape)") }
    return HostArray(reader.type(kept), bytes: bytes)
  }
}

/// Reads the elements of one array, some entries at a time.
private struct InputReader {
  let header: NPYHeader
  let conversion: InputConversion
  let origin: Origin
  /// Elements of one entry along the first axis.
  let rowSize: Int

  /// Elements that are converted at once, unless one entry has more.
  private static let portion = 1 << 18

  init(_ header: NPYHeader, _ conversion: InputConversion, _ origin: Origin) throws(FileError) {
    (self.header, self.conversion, self.origin) = (header, conversion, origin)
    rowSize = header.shape.dropFirst().reduce(1, *)
    guard header.element == .uint8 || header.element.isFloating else {
      throw origin.error("inputs are uint8 in 0...255 or floats, not \(header.element.rawValue)")
    }
    guard !conversion.movesChannelsFirst || header.shape.count == 4 else {
      throw origin.error("the shape is \(header.shape), and images with the channels last are [N, H, W, C]")
    }
  }

  /// The type of the first entries.
  func type(_ rows: Int) -> TensorType {
    guard !header.shape.isEmpty else { return TensorType(.scalar) }
    let sample = Array(header.shape[1...])
    let moved = conversion.movesChannelsFirst ? [sample[2], sample[0], sample[1]] : sample
    return TensorType(Shape([rows] + moved))
  }

  /// The entries of an array that is in memory.
  func array(_ rows: Int, _ array: StoredArray) throws(FileError) -> HostArray {
    HostArray(type(rows).shape, try floats(array, first: 0))
  }

  /// Reads the first entries, as the bytes of floats.
  func bytes(_ rows: Int, _ stream: inout some ByteStream) throws(FileError) -> [UInt8] {
    let shape = header.shape.isEmpty ? [] : [rows] + header.shape[1...]
    guard let stored = StoredArray.byteCount(of: shape, header.element),
      let size = StoredArray.byteCount(of: shape, .float32)
    else { throw origin.error("\(shape) is larger than any memory") }
    guard stored <= stream.bound else {
      throw origin.error(
        "the elements should take \(stored) bytes, but no more than \(stream.bound) can follow")
    }
    try Memory.check(size, origin.path, at: origin.part)
    if header.element == .float32, !header.isBigEndian, conversion == InputConversion() {
      return try stream.read(size, "the elements")
    }
    let step = max(1, InputReader.portion / max(1, rowSize)) * max(1, rowSize)
    // SAFETY: every element of the buffer is written once, within its bounds.
    return try unsafe [UInt8].filled(size) { buffer throws(FileError) in
      for first in stride(from: 0, to: size / 4, by: step) {
        let count = min(step, size / 4 - first)
        let raw = try stream.read(count * header.element.size, "the elements")
        let values = try floats(NPYFile.array(header, [count], raw), first: first)
        unsafe values.withUnsafeBytes {
          unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[(4 * first)...]).copyMemory(from: $0)
        }
      }
      return size
    }
  }

  /// Whole entries as what a model takes.
  ///
  /// - Parameter first: The number of their first element within the file.
  private func floats(_ array: StoredArray, first: Int) throws(FileError) -> [Float] {
    let values = array.element == .uint8 ? array.unitRange.floats : try ranged(array, first: first)
    return conversion.movesChannelsFirst ? channelsFirst(values) : values
  }

  private func ranged(_ array: StoredArray, first: Int) throws(FileError) -> [Float] {
    guard let range = conversion.range else { return array.floats }
    let (lower, width) = (range.lowerBound, range.upperBound - range.lowerBound)
    // A bound such as 0.1 may have been rounded outward in the file.
    let bounds = StoredArray(shape: [2], doubles: [lower, range.upperBound], as: array.element).doubles
    let (least, most) = (min(lower, bounds[0]), max(range.upperBound, bounds[1]))
    let values = array.doubles
    if let index = values.firstIndex(where: { !($0 >= least && $0 <= most) }) {
      let (row, element) = (first + index).quotientAndRemainder(dividingBy: max(1, rowSize))
      throw origin.error(
        at: "sample \(row)",
        "element \(element) is \(Float(values[index])), outside the range \(lower)...\(range.upperBound)")
    }
    return values.map { Float(min(1, max(0, ($0 - lower) / width))) }
  }

  private func channelsFirst(_ values: [Float]) -> [Float] {
    let (places, channels) = (header.shape[1] * header.shape[2], header.shape[3])
    var moved = values
    for start in stride(from: 0, to: values.count, by: max(1, rowSize)) {
      for channel in 0..<channels {
        for place in 0..<places {
          moved[start + channel * places + place] = values[start + place * channels + channel]
        }
      }
    }
    return moved
  }
}
