internal import Compute

/// The arguments of a tile, put together from rows of its samples.
struct TileArguments {
  /// How many samples the tile has room for; the last row fills what is left.
  let size: Int
  private(set) var values: [String: HostArray] = [:]

  init(size: Int) { self.size = size }

  /// Adds an argument of one row a sample.
  mutating func add(_ name: String, _ type: TensorType, rows: [ArraySlice<UInt8>]) {
    let filling = size - rows.count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(type.byteCount * size)
    for row in rows { bytes += row }
    if let last = rows.last { for _ in 0..<filling { bytes += last } }
    let whole = TensorType(Shape([size] + type.shape.extents), type.element)
    values[name] = HostArray(whole, bytes: bytes)
  }

  /// Adds an argument of one number a sample.
  mutating func add(_ name: String, _ numbers: [Int32]) {
    values[name] = HostArray([size], padded(numbers))
  }

  /// Adds an argument of one number a sample.
  mutating func add(_ name: String, _ numbers: [Float]) {
    values[name] = HostArray([size], padded(numbers))
  }

  /// Adds a number for the whole tile.
  mutating func add(_ name: String, scalar: Int) {
    values[name] = HostArray(.scalar, [Int32(scalar)])
  }

  private func padded<Number>(_ numbers: [Number]) -> [Number] {
    guard let last = numbers.last else { return numbers }
    return numbers + [Number](repeating: last, count: size - numbers.count)
  }
}

extension HostArray {
  /// The type of one sample.
  var sampleType: TensorType { TensorType(Shape(Array(shape.extents.dropFirst())), type.element) }

  /// The floats of a row of bytes.
  static func floats(_ row: ArraySlice<UInt8>) -> [Float] {
    HostArray(TensorType([row.count / 4]), bytes: Array(row)).floats
  }

  /// The bytes of one sample.
  func row(_ sample: Int) -> ArraySlice<UInt8> {
    let size = bytes.count / max(1, shape.extents.first ?? 1)
    return bytes[(sample * size)..<((sample + 1) * size)]
  }
}
