import ArrayFiles
import Compute

extension Operator {
  /// Images made larger or smaller.
  static let resizing: [String: Operator] = [
    "Resize": Operator { call in try call.resize() },
    "Upsample": Operator { call in
      let value = try call.value(0)
      guard call.version < 10 else {
        throw ImportError("Upsample ended with operator set 9; Resize took its place")
      }
      guard let scales = try call.version < 9 ? call.floats("scales") : call.known(1).doubles else {
        throw ImportError("attribute 'scales' is missing")
      }
      return try call.result(call.legacyResized(value.tensor, scales))
    },
  ]
}

extension NodeCall {
  fileprivate func resize() throws -> [ImportedValue] {
    let value = try value(0)
    guard version >= 11 else { return try result(legacyResized(value.tensor, known(1).doubles)) }
    guard value.tensor.shape.extents.allSatisfy({ $0 >= 1 }) else {
      throw ImportError("\(value.tensor.shape) has no elements to resize")
    }
    let target = try ResizeTarget(self, value.tensor.shape)
    let template = try resampling()
    let region = template.coordinates == .cropAndResize ? try self.region(target.axes.count) : nil
    _ = try shape(target.extents(of: value.tensor.shape))
    var result = value.tensor
    // Axes that shrink come first, so that what lies between is small.
    let growth = target.axes.indices.map { target.lengths[$0] / Double(value.tensor.shape[target.axes[$0]]) }
    for index in target.axes.indices.sorted(by: { growth[$0] < growth[$1] }) {
      let axis = target.axes[index]
      var resampling = template
      (resampling.input, resampling.output) = (result.shape[axis], target.outputs[index])
      resampling.length = target.lengths[index]
      if let region { resampling.region = (region[index], region[index + target.axes.count]) }
      if region == nil, resampling.input == resampling.output, resampling.length == Double(resampling.input) {
        continue
      }
      result = try result.resampled(axis, resampling)
    }
    return try self.result(result)
  }

  /// The resizing of operator sets before 11: coordinates divided by the scale.
  fileprivate func legacyResized(_ tensor: Tensor, _ scales: [Double]) throws -> Tensor {
    let mode: AxisResampling.Mode
    switch try string("mode", default: "nearest") {
    case "nearest": mode = .nearest(.legacy)
    case "linear": mode = .linear
    case let name: throw ImportError("attribute 'mode' is '\(name)'; nearest or linear is needed")
    }
    let outputs = try ResizeTarget.outputs(tensor.shape.extents, scales)
    _ = try shape(outputs)
    var result = tensor
    for axis in outputs.indices where scales[axis] != 1 {
      let resampling = AxisResampling(
        input: tensor.shape[axis], output: outputs[axis],
        length: Double(tensor.shape[axis]) * scales[axis], coordinates: .asymmetric,
        mode: mode)
      result = try result.resampled(axis, resampling)
    }
    return result
  }

  /// The attributes that say how values are found; the extents are left open.
  private func resampling() throws -> AxisResampling {
    let coordinates = try choice("coordinate_transformation_mode", AxisResampling.Coordinates.halfPixel)
    let mode: AxisResampling.Mode
    switch try string("mode", default: "nearest") {
    case "nearest": mode = .nearest(try choice("nearest_mode", AxisResampling.Rounding.halvesDown))
    case "linear": mode = .linear
    case "cubic": mode = .cubic(try float("cubic_coeff_a", default: -0.75))
    case let name: throw ImportError("attribute 'mode' is '\(name)'; nearest, linear or cubic is needed")
    }
    return AxisResampling(
      input: 1, output: 1, length: 1, coordinates: coordinates, mode: mode,
      extrapolation: try float("extrapolation_value", default: 0),
      excludesOutside: try integer("exclude_outside", default: 0) != 0,
      antialiases: try integer("antialias", default: 0) != 0)
  }

  /// A text attribute that names one of several choices.
  private func choice<Choice: RawRepresentable>(_ name: String, _ standard: Choice) throws -> Choice
  where Choice.RawValue == String {
    let text = try string(name, default: standard.rawValue)
    guard let choice = Choice(rawValue: text) else {
      throw ImportError("attribute '\(name)' has no value '\(text)'")
    }
    return choice
  }

  /// The region to crop, input 1: where it starts along all axes, then where it ends.
  private func region(_ axes: Int) throws -> [Double] {
    let region = try known(1).doubles
    guard region.count == 2 * axes, region.allSatisfy({ abs($0) < 1e6 }) else {
      throw ImportError("input 1, the region, should be \(2 * axes) numbers, not \(region)")
    }
    return region
  }
}
