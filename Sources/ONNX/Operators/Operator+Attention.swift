import ArrayFiles
import Compute

extension Operator {
  /// What language models and vision transformers are made of since operator set 23.
  static let attention: [String: Operator] = [
    "Attention": Operator { call in try AttentionNode(call).results() },
    "RMSNormalization": Operator { call in
      let x = try call.floating(0)
      let axis = try call.axis(try call.integer("axis", default: -1), rank: x.rank)
      return [
        ImportedValue(
          try call.rootMeanSquareNormalized(x, axis, scale: try call.floating(1)), try call.element(1))
      ]
    },
    "RotaryEmbedding": Operator { call in try call.result(call.rotated()) },
  ]
}

extension NodeCall {
  /// The input divided by the root of the mean of its squares over the axes from `axis` on, and scaled.
  func rootMeanSquareNormalized(_ x: Tensor, _ axis: Int, scale: Tensor) throws -> Tensor {
    guard Shape.broadcast(scale.shape, x.shape) == x.shape else {
      throw ImportError("a scale \(scale.shape) does not broadcast to \(x.shape)")
    }
    let mean = (x * x).mean(Array(axis..<x.rank), keepingAxes: true)
    let root = (mean + (try float("epsilon", default: Double(Float(1e-5))))).sqrt()
    return x / root * scale
  }

  /// Pairs of elements turned by the angle of their position.
  fileprivate func rotated() throws -> Tensor {
    let x = try floating(0)
    guard x.rank == 3 || x.rank == 4 else { throw ImportError("3 or 4 axes are needed, not \(x.shape)") }
    let heads = x.rank == 4 ? x.shape[1] : try integer("num_heads", default: 0)
    guard heads >= 1, x.rank == 4 || x.shape[2] % heads == 0 else {
      throw ImportError("\(heads) heads do not divide \(x.shape)")
    }
    // [B, T, heads, D]
    let split =
      x.rank == 4
      ? x.transposed([0, 2, 1, 3]) : x.reshaped([x.shape[0], x.shape[1], heads, x.shape[2] / heads])
    let given = try integer("rotary_embedding_dim", default: 0)
    let depth = given == 0 ? split.shape[3] : given
    guard depth % 2 == 0, depth >= 2, depth <= split.shape[3] else {
      throw ImportError("\(depth) of \(split.shape[3]) elements of each head cannot be turned in pairs")
    }
    let part = split.sliced(axis: 3, from: 0, count: depth)
    let (cosine, sine) = (try cache(1, split, depth), try cache(2, split, depth))
    let isInterleaved = try flag("interleaved")
    let pairs = isInterleaved ? [2, 1] : [1, depth / 2]
    let halves = (0..<2).map { index in
      part.sliced(axis: 3, from: index * pairs[1], count: depth / 2, step: pairs[0])
    }
    let turned = [halves[0] * cosine - halves[1] * sine, halves[0] * sine + halves[1] * cosine]
    var result =
      isInterleaved
      ? Tensor.stacked(turned, axis: 4).reshaped(part.shape) : Tensor.concatenated(turned, axis: 3)
    if depth < split.shape[3] {
      let rest = split.sliced(axis: 3, from: depth, count: split.shape[3] - depth)
      result = .concatenated([result, rest], axis: 3)
    }
    return x.rank == 4 ? result.transposed([0, 2, 1, 3]) : result.reshaped(x.shape)
  }

  /// The sines or cosines of input `index` at the positions of input 3, `[B, T, 1, depth / 2]`.
  private func cache(_ index: Int, _ split: Tensor, _ depth: Int) throws -> Tensor {
    var cache = try floating(index)
    if has(3) {
      guard cache.rank == 2 else {
        throw ImportError("input \(index) should have 2 axes, not \(cache.shape)")
      }
      cache = cache.taking(try positions(3, of: cache.shape[0]), axis: 0)
    }
    guard cache.rank == 3, cache.shape[2] == depth / 2,
      Shape.broadcast(cache.shape, [split.shape[0], split.shape[1], depth / 2])
        == [split.shape[0], split.shape[1], depth / 2]
    else { throw ImportError("input \(index), \(cache.shape), does not fit \(split.shape)") }
    return cache.expandingAxis(at: 2)
  }
}
