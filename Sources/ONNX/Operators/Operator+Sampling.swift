import Compute

extension Operator {
  /// Images looked at through grids of coordinates.
  static let sampling: [String: Operator] = [
    "GridSample": Operator { call in
      let (image, grid) = (try call.floating(0), try call.floating(1))
      let rank = image.rank - 2
      guard rank == 2 || rank == 3, grid.rank == image.rank, grid.shape[grid.rank - 1] == rank,
        grid.shape[0] == image.shape[0], image.shape.count > 0, grid.shape.count > 0
      else {
        throw ImportError(
          "a grid \(grid.shape) does not fit the image \(image.shape); [N, C, H, W] and [N, H', W', 2] are needed, or "
            + "[N, C, D, H, W] and [N, D', H', W', 3]")
      }
      let sampling = try GridSampling(call, rank: rank)
      let points = grid.shape.count / rank
      // Each tap is traced with its positions for every channel.
      _ = try call.shape([points, image.shape[1]])
      return try call.result(sampling(image, grid))
    },
    "AffineGrid": Operator { call in
      let theta = try call.floating(0)
      let extents = try call.knownIntegers(1)
      let rank = extents.count - 2
      guard rank == 2 || rank == 3, theta.shape == Shape([extents[0], rank, rank + 1]),
        extents.allSatisfy({ $0 >= 1 })
      else { throw ImportError("matrices \(theta.shape) do not fit a grid of \(extents)") }
      let target = try call.shape([extents[0]] + extents[2...] + [rank])
      let base = try call.places(Array(extents[2...]), alignsCorners: try call.flag("align_corners"))
      return try call.result(base.matmul(theta.transposed([0, 2, 1])).reshaped(target))
    },
    "CenterCropPad": Operator { call in
      var x = try call.tensor(0)
      let axes = try call.axes(try call.integers("axes") ?? Array(0..<x.rank), rank: x.rank)
      let extents = try call.knownIntegers(1)
      guard extents.count == axes.count, extents.allSatisfy({ $0 >= 0 }) else {
        throw ImportError("the extents \(extents) should be \(axes.count) numbers, 0 or more")
      }
      for (axis, extent) in zip(axes, extents) {
        let own = x.shape[axis]
        if extent <= own {
          x = x.sliced(axis: axis, from: (own - extent) / 2, count: extent)
        } else {
          var wanted = x.shape.extents
          wanted[axis] = extent
          _ = try call.shape(wanted)
          x = x.padded(axis: axis, low: (extent - own) / 2, high: extent - own - (extent - own) / 2)
        }
      }
      return try call.result(x)
    },
  ]
}

extension GridSampling {
  fileprivate init(_ call: NodeCall, rank: Int) throws {
    switch try call.string("mode", default: call.version < 20 ? "bilinear" : "linear") {
    case "nearest": mode = .nearest
    case "linear", "bilinear": mode = .linear
    case "cubic" where rank == 2, "bicubic" where rank == 2: mode = .cubic
    case let name: throw ImportError("attribute 'mode' is '\(name)', which is not supported for \(rank) axes")
    }
    let name = try call.string("padding_mode", default: "zeros")
    guard let padding = Padding(rawValue: name) else {
      throw ImportError("attribute 'padding_mode' has no value '\(name)'")
    }
    self.padding = padding
    alignsCorners = try call.flag("align_corners")
  }
}

extension NodeCall {
  /// The coordinates of all places, `[P, rank + 1]`: the last axis first, then a 1.
  fileprivate func places(_ extents: [Int], alignsCorners: Bool) throws -> Tensor {
    let rank = extents.count
    _ = try shape(extents + [rank + 1])
    let columns = extents.indices.reversed().map { axis -> Tensor in
      let extent = Double(extents[axis])
      let steps = scope.iota(Shape(extents), axis: axis, .float32)
      if alignsCorners { return extents[axis] == 1 ? steps.zeros - 1 : steps * (2 / (extent - 1)) - 1 }
      return (steps * 2 + 1) / extent - 1
    }
    let ones = scope.full(Shape(extents), 1)
    return Tensor.stacked(columns + [ones], axis: rank).reshaped([extents.reduce(1, *), rank + 1])
  }
}
