import Compute

/// How a `GridSample` finds values at coordinates that lie between pixels and outside the image.
struct GridSampling {
  enum Mode {
    case nearest
    case linear
    /// The cubic convolution of Keys with the factor -3/4, over two axes.
    case cubic
  }

  enum Padding: String {
    case zeros
    case border
    case reflection
  }

  var mode: Mode
  var padding: Padding
  /// Whether -1 and 1 are the centres of the outermost pixels, instead of their outer edges.
  var alignsCorners: Bool

  /// The values of `image` at the coordinates of `grid`.
  ///
  /// - Parameters:
  ///   - image: `[N, C, D1, ..., Dr]`.
  ///   - grid: `[N, ..., r]`, the coordinate along the last axis of the image first.
  /// - Returns: `[N, C, ...]`.
  func callAsFunction(_ image: Tensor, _ grid: Tensor) -> Tensor {
    let extents = Array(image.shape.extents[2...])
    let (samples, channels) = (image.shape[0], image.shape[1])
    let target = Array(grid.shape.extents[1..<(grid.rank - 1)])
    let points = target.reduce(1, *)
    let axes = extents.indices.map { axis in
      let place = extents.count - 1 - axis
      let given = grid.sliced(axis: grid.rank - 1, from: place, count: 1).reshaped([samples, points])
      return denormalized(given, extents[axis])
    }
    let flat = image.reshaped([samples, channels, extents.reduce(1, *)])
    let taps = self.taps(folded(axes, extents), extents)
    let parts = taps.map { tap -> Tensor in
      let whole = tap.index.expandingAxis(at: 1).broadcast(to: [samples, channels, points])
      let picked = flat.takingAlongLastAxis(whole)
      return tap.weight.map { picked * $0.expandingAxis(at: 1) } ?? picked
    }
    return parts.dropFirst().reduce(parts[0], +).reshaped(Shape([samples, channels] + target))
  }

  /// The coordinate in pixels.
  private func denormalized(_ x: Tensor, _ extent: Int) -> Tensor {
    alignsCorners ? (x + 1) * (Double(extent - 1) / 2) : ((x + 1) * Double(extent) - 1) * 0.5
  }

  /// The outermost coordinates that lie in the image.
  private func bounds(_ extent: Int) -> (low: Double, high: Double) {
    alignsCorners ? (0, Double(extent - 1)) : (-0.5, Double(extent) - 0.5)
  }

  /// Points outside moved to the edge or reflected into the image; a point that is outside along one axis is moved along all.
  private func folded(_ axes: [Tensor], _ extents: [Int]) -> [Tensor] {
    // Cubic weights need a point where it is: there only the pixels are moved, as PyTorch and onnxruntime do.
    if case .cubic = mode { return axes }
    var places = axes
    if case .nearest = mode { places = places.map { $0.rounded() } }
    guard padding != .zeros else { return places }
    let outside = zip(places, extents).map { x, extent in
      let (low, high) = bounds(extent)
      return (x .< low) || (x .> high)
    }
    let isOutside = outside.dropFirst().reduce(outside[0]) { $0 || $1 }
    return zip(places, extents).map { x, extent in
      let moved = padding == .border ? x.clamped(to: 0...Double(extent - 1)) : reflected(x, extent)
      return isOutside.select(moved, x)
    }
  }

  /// A coordinate reflected at the edges as often as it takes.
  private func reflected(_ x: Tensor, _ extent: Int) -> Tensor {
    let (low, high) = bounds(extent)
    let range = high - low
    guard range > 0 else { return x.zeros + low }
    let distance = (x - low).absolute()
    let turns = (distance / range).floor()
    let rest = distance - turns * range
    let isOdd = (turns * 0.5).floor() * 2 .!= turns
    return isOdd.select(high - rest, rest + low)
  }

  /// A pixel of each point and how much it counts.
  private struct Tap {
    /// Its row-major position, `int32[N, P]`; -1 outside the image.
    var index: Tensor
    /// nil where it is all.
    var weight: Tensor?
  }

  private func taps(_ axes: [Tensor], _ extents: [Int]) -> [Tap] {
    let choices = zip(axes, extents).map { x, extent in candidates(x, extent) }
    return choices.indices.reversed().reduce([]) { taps, axis in
      let stride = extents[(axis + 1)...].reduce(1, *)
      guard !taps.isEmpty else { return choices[axis] }
      return choices[axis].flatMap { outer in
        taps.map { inner in
          let isInside = (outer.index .>= 0) && (inner.index .>= 0)
          let index = outer.index * Double(stride) + inner.index
          let weight = outer.weight.flatMap { outer in inner.weight.map { outer * $0 } }
          return Tap(index: isInside.select(index, index.scope.full([], -1, .int32)), weight: weight)
        }
      }
    }
  }

  /// The pixels along one axis that a coordinate takes from.
  private func candidates(_ x: Tensor, _ extent: Int) -> [Tap] {
    switch mode {
    case .nearest: return [Tap(index: pixel(x, extent), weight: nil)]
    case .linear:
      let first = x.floor()
      let share = x - first
      return [
        Tap(index: pixel(first, extent), weight: 1 - share),
        Tap(index: pixel(first + 1, extent), weight: share),
      ]
    case .cubic:
      let first = x.floor()
      let weights = Self.cubicWeights(x - first)
      return weights.enumerated().map { offset, weight in
        Tap(index: pixel(first + Double(offset - 1), extent), weight: weight)
      }
    }
  }

  /// The pixel with a whole coordinate, which is moved or reflected where padding says so; -1 where there is none.
  private func pixel(_ x: Tensor, _ extent: Int) -> Tensor {
    let last = Double(extent - 1)
    switch padding {
    case .border: return x.clamped(to: 0...last).cast(to: .int32)
    case .reflection:
      let isInside = (x .>= 0) && (x .<= last)
      return isInside.select(x, reflected(x, extent)).clamped(to: 0...last).cast(to: .int32)
    case .zeros:
      let isInside = (x .>= 0) && (x .<= last)
      return isInside.select(x, x.scope.full([], -1)).cast(to: .int32)
    }
  }

  /// The weights of the pixels at distances 1 + t, t, 1 - t and 2 - t.
  private static func cubicWeights(_ t: Tensor) -> [Tensor] {
    let a = -0.75
    let near = { (x: Tensor) in (x * (a + 2) - (a + 3)) * x * x + 1 }
    let far = { (x: Tensor) in ((x * a - 5 * a) * x + 8 * a) * x - 4 * a }
    return [far(t + 1), near(t), near(1 - t), far(2 - t)]
  }
}
