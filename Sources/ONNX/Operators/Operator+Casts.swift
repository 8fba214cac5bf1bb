import ArrayFiles
import Compute

extension Operator {
  /// Conversions of element types.
  ///
  /// Floating-point numbers of every width are traced as `float32`, so that a cast among them changes no
  /// value.
  static let casts: [String: Operator] = [
    "Cast": Operator { call in
      let target = try ArrayElement(onnx: Int32(clamping: try call.integer("to")))
      return [cast(try call.value(0), to: target)]
    },
    "CastLike": Operator { call in [cast(try call.value(0), to: try call.element(1))] },
  ]

  private static func cast(_ value: ImportedValue, to target: ArrayElement) -> ImportedValue {
    if value.element == target { return value }
    if let real = value.real {
      if target.isFloating { return ImportedValue(real, target) }
      // What a wider type holds needs no wrapping, so derivatives still pass.
      if target == .int32 || target == .int64 { return ImportedValue(value.tensor, target, real: real) }
    }
    return ImportedValue(value.tensor.cast(to: target.traced).wrapped(as: target), target)
  }
}
