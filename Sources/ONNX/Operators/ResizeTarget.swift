import ArrayFiles
import Compute

/// Which axes Resize changes, and how long they become.
struct ResizeTarget {
  /// The axes, counted from the front.
  var axes: [Int]
  /// The extent of each of these axes in the result.
  var outputs: [Int]
  /// The extent of each of these axes before it was rounded.
  var lengths: [Double]

  /// The target of a Resize of operator set 11 or later: input 2 has scales, or input 3 extents.
  init(_ call: NodeCall, _ shape: Shape) throws {
    let axes = try call.axes(call.integers("axes") ?? Array(0..<shape.rank), rank: shape.rank)
    let inputs = axes.map { shape[$0] }
    self.axes = axes
    let factors = call.has(2) ? try call.known(2).doubles : []
    guard factors.isEmpty else {
      outputs = try ResizeTarget.outputs(inputs, factors)
      lengths = zip(inputs, factors).map { $0.scaled(by: $1) }
      return
    }
    guard call.has(3) else { throw ImportError("one of scales and sizes is needed") }
    outputs = try call.knownIntegers(3)
    guard outputs.count == axes.count, outputs.allSatisfy({ 1...Int(Int32.max) ~= $0 }) else {
      throw ImportError("input 3, the sizes, \(outputs), should be \(axes.count) positive numbers")
    }
    lengths = outputs.map(Double.init)
    let scales = zip(outputs, inputs).map { Double($0) / Double($1) }
    let common: Double?
    switch try call.string("keep_aspect_ratio_policy", default: "stretch") {
    case "stretch": common = nil
    case "not_larger": common = scales.min()
    case "not_smaller": common = scales.max()
    case let name: throw ImportError("attribute 'keep_aspect_ratio_policy' has no value '\(name)'")
    }
    guard let common else { return }
    lengths = inputs.map { $0.scaled(by: common) }
    outputs = try lengths.map { try ResizeTarget.whole(($0 + 0.5).rounded(.down)) }
  }

  /// `shape` with the axes that change replaced.
  func extents(of shape: Shape) -> [Int] {
    var result = shape.extents
    for (axis, output) in zip(axes, outputs) { result[axis] = output }
    return result
  }

  /// Extents multiplied by scales and rounded down.
  static func outputs(_ inputs: [Int], _ scales: [Double]) throws -> [Int] {
    guard scales.count == inputs.count, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ImportError("the scales, \(scales), should be \(inputs.count) positive numbers")
    }
    return try zip(inputs, scales).map { try whole($0.scaled(by: $1).rounded(.down)) }
  }

  private static func whole(_ extent: Double) throws -> Int {
    guard extent >= 1, extent <= Double(Int32.max) else {
      throw ImportError("an axis cannot become \(extent) long")
    }
    return Int(extent)
  }
}

extension Int {
  fileprivate func scaled(by factor: Double) -> Double { Double(self) * factor }
}
