import ArrayFiles
import Compute

extension Operator {
  /// Real numbers rounded to whole ones of few bits, and back.
  ///
  /// Rounding has derivative zero almost everywhere. As in training that is aware of quantisation, derivatives pass straight
  /// through it: that of the identity inside the range of the type, and zero where numbers are cut off.
  static let quantization: [String: Operator] = [
    "QuantizeLinear": Operator { call in
      let x = try call.numeric(0).cast(to: .float32)
      let target = try quantizedElement(call)
      guard let range = target.quantizedRange else {
        throw ImportError("numbers are quantised to 8 or 16 bits, not to \(target.rawValue)")
      }
      let quantization = try call.quantization(
        scale: 1, zero: 2, over: x.shape, axis: call.integer("axis", default: 1), block: call.blockSize())
      return [ImportedValue(whole: quantization.whole(x, in: range), target)]
    },
    "DequantizeLinear": Operator { call in
      let x = try call.quantized(0)
      let quantization = try call.quantization(
        scale: 1, zero: 2, over: x.shape, axis: call.integer("axis", default: 1), block: call.blockSize())
      let code = try call.integer("output_dtype", default: 0)
      let target = try code == 0 ? call.element(1) : ArrayElement(onnx: Int32(clamping: code))
      guard target.isFloating else { throw ImportError("attribute 'output_dtype' is \(target.rawValue)") }
      return [ImportedValue(quantization.real(x), target)]
    },
    "DynamicQuantizeLinear": Operator { call in
      let x = try call.floating(0)
      guard x.shape.count > 0 else { throw ImportError("\(x.shape) has no elements to find a range of") }
      if let samples = call.context.samples, samples > 1, x.shape.extents.first == samples {
        throw ImportError(
          "its scale is that of all \(samples) samples together; export the model with a batch of one, or quantise it "
            + "with fixed scales (quantize_static)")
      }
      let axes = Array(0..<x.rank)
      let (low, high) = (x.minimum(over: axes).minimum(0), x.maximum(over: axes).maximum(0))
      let width = (high - low) / 255
      // All zeros are quantised to zeros whatever the scale is.
      let scale = (width .== 0).select(width.ones, width)
      let zero = (-low / scale).clamped(to: 0...255)
      let whole = Quantization(scale: scale, zero: zero.rounded()).whole(x, in: 0...255)
      return [
        ImportedValue(whole: whole, .uint8), ImportedValue(width, .float32),
        ImportedValue(whole: zero.nearestWhole, .uint8),
      ]
    },
  ]

  /// The type that numbers are quantised to.
  private static func quantizedElement(_ call: NodeCall) throws -> ArrayElement {
    if call.has(2) { return try call.element(2) }
    let code = try call.integer("output_dtype", default: 0)
    return code == 0 ? .uint8 : try ArrayElement(onnx: Int32(clamping: code))
  }
}

extension NodeCall {
  fileprivate func blockSize() throws -> Int {
    let size = try integer("block_size", default: 0)
    guard 0...(1 << 24) ~= size else { throw ImportError("attribute 'block_size' is \(size)") }
    return size
  }
}
