import Compute

/// An operation without a counterpart in ONNX, written in operations that have one.
struct Definition {
  private let trace: ([Tensor], TensorType) -> Tensor

  /// The definition of `operation`, or nil if there is none.
  init?(_ operation: any Operation) {
    switch operation {
    case let operation as any DefinedPrimitive: trace = { inputs, _ in operation.definition(inputs) }
    case let operation as WindowMaximum:
      trace = { inputs, type in inputs[0].firstLargestTaps(of: operation.window, type) }
    case let operation as WindowGather:
      trace = { inputs, _ in inputs[0].gatheringTaps(inputs[1], operation.window) }
    case let operation as WindowScatter:
      trace = { inputs, type in
        // The derivative of picking is adding to where it was picked; the place it is taken at does not
        // matter.
        let images = inputs[0].scope.full(type.shape, 0)
        let picked = images.gatheringTaps(inputs[1], operation.window)
        return (picked * inputs[0]).sum().gradient(withRespectTo: images)
      }
    default: return nil
    }
  }

  /// The definition for inputs of these types, which gives this type.
  func graph(_ inputs: [TensorType], _ output: TensorType) throws -> Graph {
    try Graph { scope in
      let tensors = inputs.enumerated().map { scope.input("\($0)", $1.shape, $1.element) }
      return [trace(tensors, output)]
    }
  }
}

extension Tensor {
  /// For each window of `[M, H, W]` the number of the tap with the first largest element; beyond the edge all
  /// is -∞.
  fileprivate func firstLargestTaps(of window: WindowGeometry, _ type: TensorType) -> Tensor {
    let reach = (0..<2).map { axis in
      (type.shape[axis + 1] - 1) * window.stride[axis] + (window.extents[axis] - 1) * window.dilation[axis]
        + 1
    }
    let beyond = (0..<2).map { Swift.max(0, reach[$0] - window.low[$0] - shape[$0 + 1]) }
    let wide = padded(low: [0] + window.low, high: [0] + beyond, value: -.infinity)
    var taps: [Tensor] = []
    for row in 0..<window.extents[0] {
      for column in 0..<window.extents[1] {
        let rows = wide.sliced(
          axis: 1, from: row * window.dilation[0], count: type.shape[1], step: window.stride[0])
        taps.append(
          rows.sliced(
            axis: 2, from: column * window.dilation[1], count: type.shape[2], step: window.stride[1]))
      }
    }
    return Tensor.stacked(taps, axis: 3).argmax(axis: 3).cast(to: type.element)
  }

  /// The element of each window of `[M, H, W]` at a tap; M may be a multiple of the number of the taps'
  /// images.
  fileprivate func gatheringTaps(_ taps: Tensor, _ window: WindowGeometry) -> Tensor {
    let (images, places) = (shape, taps.shape)
    let number = taps.cast(to: .int32)
    let columns = number.scope.full(places, Double(window.extents[1]), .int32)
    func positions(_ axis: Int, _ tap: Tensor) -> Tensor {
      let starts = number.scope.iota(places, axis: axis + 1) * Double(window.stride[axis])
      return starts + tap * Double(window.dilation[axis]) - Double(window.low[axis])
    }
    func isInside(_ position: Tensor, _ axis: Int) -> Tensor {
      (position .>= 0) && (position .< Double(images[axis + 1]))
    }
    let (row, column) = (positions(0, number / columns), positions(1, number % columns))
    // An index that does not exist reads and writes nothing.
    let flat = (isInside(row, 0) && isInside(column, 1))
      .select(row * Double(images[2]) + column, row.scope.full(places, -1, .int32))
    let area = places[1] * places[2]
    let repeats = images[0] / Swift.max(1, places[0])
    let shared = flat.reshaped([1, places[0], area]).broadcast(to: [repeats, places[0], area])
    return reshaped([images[0], images[1] * images[2]])
      .takingAlongLastAxis(shared.reshaped([images[0], area]))
      .reshaped([images[0], places[1], places[2]])
  }
}
