internal import ArrayFiles
internal import Compute

/// How derivatives pass through operators that quantised integers go through unchanged.
///
/// Integers have no derivatives, so an operator that only moves or picks them is applied to the numbers that they were rounded
/// from being held as `float32` (``ImportedValue/real``). Operators that compute on integers as such are refused there, because
/// the derivative would silently be zero.
enum QuantizedPassage {
  /// Operators that give some of the numbers they take.
  private static let picking: Set<String> = [
    "Clip", "Concat", "DepthToSpace", "Dropout", "Expand", "Flatten", "Gather", "GlobalMaxPool", "Identity",
    "Max", "MaxPool",
    "Min", "Pad", "ReduceMax", "ReduceMin", "Relu", "Reshape", "Slice", "SpaceToDepth", "Split", "Squeeze",
    "Tile",
    "Transpose", "Unsqueeze", "Where", "CenterCropPad", "ReverseSequence",
  ]
  /// Operators that know of quantised numbers, or whose results have no derivative anyway.
  private static let others: Set<String> = [
    "Cast", "CastLike", "DequantizeLinear", "QuantizeLinear", "QLinearConv", "QLinearMatMul", "MatMulInteger",
    "ConvInteger",
    "Shape", "Size", "ArgMax", "ArgMin", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Sign",
    "OneHot",
    "RandomNormalLike", "RandomUniformLike", "EyeLike", "ConstantOfShape", "Range",
  ]

  /// The results of a node, which may take quantised numbers.
  static func translated(
    _ operation: Operator, _ node: ImportedNode, _ inputs: [ImportedValue?], _ scope: Scope,
    _ context: RandomContext
  ) throws -> [ImportedValue] {
    guard let quantized = inputs.lazy.compactMap({ $0 }).first(where: { $0.real != nil }),
      !others.contains(node.type)
    else { return try operation.translate(NodeCall(node, inputs, scope, context)) }
    let isSum = quantized.element == .int32 && (node.type == "Add" || node.type == "Sub")
    let isNearest = node.type == "Resize" || node.type == "Upsample"
    guard picking.contains(node.type) || isSum || (isNearest && isPickingNearest(node)) else {
      throw ImportError(
        "it computes with quantised integers, through which no derivative passes here; store the model with "
          + "QuantizeLinear and DequantizeLinear around its operators (QDQ)")
    }
    let whole = inputs.map { value in
      value.map { value in
        guard value.element == quantized.element else { return value }
        return ImportedValue(
          value.real ?? value.tensor.cast(to: .float32), .float32,
          known: value.known.map { StoredArray(shape: $0.shape, doubles: $0.doubles, as: .float32) })
      }
    }
    return try operation.translate(NodeCall(node, whole, scope)).map { result in
      result.element == .float32 ? ImportedValue(whole: result.tensor, quantized.element) : result
    }
  }

  private static func isPickingNearest(_ node: ImportedNode) -> Bool {
    switch node.attributes["mode"] {
    case nil, .string("nearest"): true
    default: false
    }
  }
}
