/// The elements of a tensor in double precision, for the reference interpreter.
///
/// Integers and truth values are whole numbers.
public struct ReferenceArray: Hashable, Sendable {
  /// The shape and element type it stands for.
  public let type: TensorType
  /// The elements, dense and row-major.
  public var values: [Double]

  /// Makes an array of these elements.
  ///
  /// - Precondition: As many values as the type has elements.
  public init(_ type: TensorType, _ values: [Double]) {
    precondition(
      values.count == type.shape.count, "\(type) has \(type.shape.count) elements, not \(values.count)")
    self.type = type
    self.values = values
  }

  /// Makes an array of equal elements.
  public init(_ type: TensorType, repeating value: Double) {
    self.init(type, [Double](repeating: value, count: type.shape.count))
  }

  /// Makes a reference array of a host array's elements.
  public init(_ array: HostArray) {
    switch array.type.element {
    case .float32: self.init(array.type, array.floats.map(Double.init))
    case .int32, .uint8, .bool: self.init(array.type, array.integers.map(Double.init))
    }
  }

  /// The elements in the type they stand for.
  public var hostArray: HostArray {
    switch type.element {
    case .float32: HostArray(shape, values.map { Float($0) })
    case .int32: HostArray(shape, values.map { Int32($0) })
    case .uint8: HostArray(shape, values.map { UInt8($0) })
    case .bool: HostArray(shape, values.map { $0 != 0 })
    }
  }

  /// The extents.
  public var shape: Shape { type.shape }

  /// These values as the element type holds them: sums of `int32` wrap.
  var wrapped: ReferenceArray {
    guard type.element == .int32 else { return self }
    return ReferenceArray(type, values.map { Double(Int32(truncatingIfNeeded: Int($0))) })
  }

  /// The element at these coordinates.
  subscript(coordinates: [Int]) -> Double { values[shape.offset(of: coordinates)] }

  /// An array of type `type` whose element at each place is computed by `body`.
  static func generate(_ type: TensorType, _ body: ([Int]) -> Double) -> ReferenceArray {
    var values: [Double] = []
    values.reserveCapacity(type.shape.count)
    type.shape.forEachCoordinate { values.append(body($0)) }
    return ReferenceArray(type, values)
  }
}

extension Shape {
  /// The row-major position of the element at `coordinates`.
  func offset(of coordinates: [Int]) -> Int {
    zip(coordinates, strides).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Calls `body` with the coordinates of every element in row-major order.
  func forEachCoordinate(_ body: ([Int]) -> Void) {
    guard count > 0 else { return }
    var coordinates = [Int](repeating: 0, count: rank)
    for _ in 0..<count {
      body(coordinates)
      var axis = rank - 1
      while axis >= 0 {
        coordinates[axis] += 1
        if coordinates[axis] < extents[axis] { break }
        coordinates[axis] = 0
        axis -= 1
      }
    }
  }
}
