import ArrayFiles
import Compute

extension Operator {
  /// Products and convolutions of quantised numbers.
  ///
  /// Sums are taken term by term in `float32` and rounded to the nearest whole number. So they are exact where the sizes of
  /// their terms add up to less than 2^24; beyond that they are as exact as `float32` is. On devices that round the factors of
  /// products (TF32) whole numbers of more than 8 bits lose more.
  static let integerProducts: [String: Operator] = [
    "MatMulInteger": Operator { call in
      let (a, b) = (try call.quantized(0), try call.quantized(1))
      let left = try call.shifted(a, by: 2, axis: -2)
      let right = try call.shifted(b, by: 3, axis: -1)
      return [ImportedValue(whole: try call.matrixProduct(left, right).nearestWhole, .int32)]
    },
    "QLinearMatMul": Operator { call in
      let (a, b) = (try call.quantized(0), try call.quantized(3))
      let left = try call.shifted(a, by: 2, axis: -2)
      let right = try call.shifted(b, by: 5, axis: -1)
      let product = try call.matrixProduct(left, right).nearestWhole
      let scales = try (call.scale(1, of: a, axis: -2), call.scale(4, of: b, axis: -1))
      let real = product * (scales.0 * scales.1)
      return [try call.requantized(real, scale: 6, zero: 7)]
    },
    "ConvInteger": Operator { call in
      let image = try call.shifted(call.quantized(0), by: 2, axis: 1)
      let weight = try call.shifted(call.quantized(1), by: 3, axis: 0)
      return [ImportedValue(whole: try call.convolution(image, weight, nil).nearestWhole, .int32)]
    },
    "QLinearConv": Operator { call in
      let image = try call.shifted(call.quantized(0), by: 2, axis: 1)
      let weight = try call.quantized(3)
      let bias = try call.has(8) ? call.quantized(8) : nil
      let shifted = try call.shifted(weight, by: 5, axis: 0)
      let sums = try call.convolution(image, shifted, bias).nearestWhole
      let (inputScale, weightScale) = (try call.floating(1), try call.floating(4))
      guard inputScale.shape.count == 1,
        weightScale.shape.count == 1 || weightScale.shape == [weight.shape[0]]
      else {
        throw ImportError(
          "scales \(inputScale.shape) and \(weightScale.shape) do not fit weights \(weight.shape)")
      }
      let scale = inputScale.reshaped([]) * weightScale.channels(rank: sums.rank)
      return [try call.requantized(sums * scale, scale: 6, zero: 7)]
    },
  ]
}

extension NodeCall {
  /// Whole numbers less their zero, input `index`: one number, or one for each place along `axis`.
  fileprivate func shifted(_ x: Tensor, by index: Int, axis: Int) throws -> Tensor {
    guard has(index) else { return x }
    return x - (try along(quantized(index), index, of: x, axis: axis))
  }

  fileprivate func scale(_ index: Int, of x: Tensor, axis: Int) throws -> Tensor {
    try along(floating(index), index, of: x, axis: axis)
  }

  /// Numbers for all of `x`, or for places along an axis, ready to be broadcast.
  private func along(_ given: Tensor, _ index: Int, of x: Tensor, axis: Int) throws -> Tensor {
    if given.shape.count == 1 { return given.reshaped([]) }
    guard x.rank >= 2 else { throw ImportError("input \(index) is \(given.shape); one number is needed") }
    if given.rank == x.rank, Shape.broadcast(given.shape, x.shape) == x.shape { return given }
    let axis = try self.axis(axis, rank: x.rank)
    guard given.shape == [x.shape[axis]] else {
      throw ImportError("input \(index) is \(given.shape); one number or \(x.shape[axis]) are needed")
    }
    return given.reshaped(Shape([x.shape[axis]] + [Int](repeating: 1, count: x.rank - axis - 1)))
  }

  /// Real numbers quantised to the type of the zero, input `zero`.
  fileprivate func requantized(_ real: Tensor, scale: Int, zero: Int) throws -> ImportedValue {
    let target = try element(zero)
    guard let range = target.quantizedRange else {
      throw ImportError("input \(zero) is \(target.rawValue); 8 or 16 bits are needed")
    }
    let quantization = try quantization(scale: scale, zero: zero, over: real.shape, axis: -1)
    return ImportedValue(whole: quantization.whole(real, in: range), target)
  }
}
