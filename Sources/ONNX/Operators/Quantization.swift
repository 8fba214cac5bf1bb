import ArrayFiles
import Compute

/// How real numbers stand for whole ones: `whole = round(real / scale) + zero`, moved into the range of a type.
struct Quantization {
  /// Broadcast to the numbers' shape.
  var scale: Tensor
  /// Likewise; nil for 0.
  var zero: Tensor?

  /// The numbers that whole ones stand for.
  func real(_ whole: Tensor) -> Tensor { (zero.map { whole - $0 } ?? whole) * scale }

  /// The whole numbers nearest to real ones; derivatives pass where the range does not cut them off.
  func whole(_ real: Tensor, in range: ClosedRange<Double>) -> Tensor {
    let exact = real / scale
    let nearest = exact.rounded()
    let moved = (zero.map { exact + $0 } ?? exact).clamped(to: range)
    let held = (zero.map { nearest + $0 } ?? nearest).clamped(to: range)
    return moved.straightThrough(held)
  }
}

extension Tensor {
  /// The values of `other`, with the derivative of this tensor.
  ///
  /// Exact for whole numbers below 2^24 within 1/2 of this tensor, whose difference is exact.
  func straightThrough(_ other: Tensor) -> Tensor { self + (other - self).detached() }

  /// These numbers moved to the nearest whole ones, with the derivative of the identity.
  var nearestWhole: Tensor { straightThrough(rounded()) }
}

extension ArrayElement {
  /// The whole numbers of a quantised type.
  var quantizedRange: ClosedRange<Double>? {
    switch self {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65535
    case .int16: -32768...32767
    default: nil
    }
  }
}

extension NodeCall {
  /// Whole numbers of input `index` as `float32`, straight from what they were rounded from where that is known.
  func quantized(_ index: Int) throws -> Tensor {
    let value = try value(index)
    guard value.tensor.element == .int32 else {
      throw ImportError("input \(index) is \(value.element.rawValue); whole numbers are needed")
    }
    return value.real ?? value.tensor.cast(to: .float32)
  }

  /// A scale and the zero that belongs to it, spread over a tensor of this shape.
  ///
  /// - Parameters:
  ///   - axis: The axis along which there is a number for each place, or a block of places.
  ///   - block: The places of a block; 0 for one.
  func quantization(
    scale: Int, zero: Int, over shape: Shape, axis: Int, block: Int = 0
  ) throws -> Quantization {
    Quantization(
      scale: try spread(floating(scale), scale, shape, axis, block),
      zero: try has(zero) ? spread(quantized(zero), zero, shape, axis, block) : nil)
  }

  private func spread(
    _ x: Tensor, _ index: Int, _ shape: Shape, _ axis: Int, _ block: Int
  ) throws -> Tensor {
    if x.shape.count == 1 { return x.reshaped([]) }
    let axis = try self.axis(axis, rank: shape.rank)
    if block > 0 { return try spreadBlocks(x, index, shape, axis, block) }
    guard x.shape == [shape[axis]] else {
      throw ImportError(
        "input \(index) is \(x.shape); one number or \(shape[axis]) for axis \(axis) are needed")
    }
    return x.reshaped(Shape([shape[axis]] + [Int](repeating: 1, count: shape.rank - axis - 1)))
  }

  private func spreadBlocks(
    _ x: Tensor, _ index: Int, _ shape: Shape, _ axis: Int, _ block: Int
  ) throws -> Tensor {
    var expected = shape.extents
    expected[axis] = (shape[axis] + block - 1) / block
    guard x.shape == Shape(expected) else {
      throw ImportError("input \(index) is \(x.shape); \(Shape(expected)) is needed for blocks of \(block)")
    }
    let repeated = x.expandingAxis(at: axis + 1)
      .broadcast(to: try self.shape(expected[...axis] + [block] + expected[(axis + 1)...]))
    expected[axis] *= block
    return repeated.reshaped(Shape(expected)).sliced(axis: axis, from: 0, count: shape[axis])
  }
}
