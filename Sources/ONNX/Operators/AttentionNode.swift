import ArrayFiles
import Compute

/// An `Attention` of operator set 23 or later, with its heads apart.
struct AttentionNode {
  private let call: NodeCall
  /// `[B, heads, T, D]`.
  private let query: Tensor
  /// `[B, heads of keys, S, D]`, those of the cache included.
  private let key: Tensor
  private let value: Tensor
  /// Whether heads lie side by side in the last axis of the inputs.
  private let isFlat: Bool
  /// How many keys came before the first query, `[B]` or a number.
  private let offset: Offset

  private enum Offset {
    case number(Int)
    case perSample(Tensor)
  }

  init(_ call: NodeCall) throws {
    self.call = call
    let given = try (0..<3).map(call.floating)
    isFlat = given[0].rank == 3
    guard given.allSatisfy({ $0.rank == (given[0].rank == 3 ? 3 : 4) }) else {
      throw ImportError("queries, keys and values of 3 or of 4 axes are needed, not \(given.map(\.shape))")
    }
    let heads = try (call.integer("q_num_heads", default: 0), call.integer("kv_num_heads", default: 0))
    query = try Self.split(given[0], heads.0)
    var (key, value) = try (Self.split(given[1], heads.1), Self.split(given[2], heads.1))
    var offset = Offset.number(0)
    if call.has(4), call.has(5) {
      let past = try (call.floating(4), call.floating(5))
      guard past.0.rank == 4, past.1.rank == 4, Self.fits(past.0, key), Self.fits(past.1, value) else {
        throw ImportError("the cache \(past.0.shape) and \(past.1.shape) does not fit \(key.shape)")
      }
      offset = .number(past.0.shape[2])
      key = .concatenated([past.0, key], axis: 2)
      value = .concatenated([past.1, value], axis: 2)
    } else if call.has(6) {
      let counts = try call.whole(6)
      guard counts.shape == [query.shape[0]] else {
        throw ImportError(
          "input 6 is \(counts.shape); a number for each of \(query.shape[0]) samples is needed")
      }
      offset = .perSample(counts - Double(query.shape[2]))
    }
    (self.key, self.value, self.offset) = (key, value, offset)
    guard query.shape[3] == key.shape[3], key.shape[2] == value.shape[2], key.shape[1] == value.shape[1],
      key.shape[1] >= 1, query.shape[1] % key.shape[1] == 0, key.shape[0] == query.shape[0],
      value.shape[0] == query.shape[0], query.shape.count > 0, key.shape.count > 0
    else {
      throw ImportError("queries \(query.shape), keys \(key.shape) and values \(value.shape) do not fit")
    }
    _ = try call.shape(query.shape.extents[..<3] + [key.shape[2]])
  }

  private static func fits(_ past: Tensor, _ present: Tensor) -> Bool {
    [0, 1, 3].allSatisfy { past.shape[$0] == present.shape[$0] }
  }

  /// `[B, heads, T, D]` for `[B, T, heads D]`.
  private static func split(_ x: Tensor, _ heads: Int) throws -> Tensor {
    guard x.rank == 3 else { return x }
    guard heads >= 1, x.shape[2] % heads == 0 else {
      throw ImportError(
        "\(heads) heads do not divide \(x.shape); see the attributes q_num_heads and kv_num_heads")
    }
    return x.reshaped([x.shape[0], x.shape[1], heads, x.shape[2] / heads]).transposed([0, 2, 1, 3])
  }

  /// Output, keys and values with the cache, and the scores at the stage that is asked for.
  func results() throws -> [ImportedValue] {
    let scale = try call.float("scale", default: 1 / Double(query.shape[3]).squareRoot())
    // Both factors take a root of the scale, so that no product overflows.
    let root = scale.magnitude.squareRoot()
    let raw = (query * root).matmul((repeated(key) * (scale < 0 ? -root : root)).transposed([0, 1, 3, 2]))
    var stages = [raw]
    let cap = try call.float("softcap", default: 0)
    stages.append(cap > 0 ? (raw / cap).tanh() * cap : raw)
    let bias = try bias()
    stages.append(bias.map { stages[1] + $0 } ?? stages[1])
    let shares = softmax(stages[2], isMasked: bias != nil)
    stages.append(shares)
    let output = shares.matmul(repeated(value))
    let joined = isFlat ? output.transposed([0, 2, 1, 3]).flattened(from: 2) : output
    let mode = try call.integer("qk_matmul_output_mode", default: 0)
    guard 0...3 ~= mode else {
      throw ImportError("attribute 'qk_matmul_output_mode' is \(mode); 0 to 3 is needed")
    }
    let element = try call.element(0)
    return [
      ImportedValue(joined, element), ImportedValue(key, try call.element(1)),
      ImportedValue(value, try call.element(2)), ImportedValue(stages[mode], element),
    ]
  }

  /// Keys or values repeated for the heads of the queries that share them.
  private func repeated(_ x: Tensor) -> Tensor {
    let times = query.shape[1] / x.shape[1]
    guard times > 1 else { return x }
    let (extents, rest) = (x.shape.extents, [x.shape[2], x.shape[3]])
    return x.expandingAxis(at: 2).broadcast(to: Shape([extents[0], extents[1], times] + rest))
      .reshaped(Shape([extents[0], query.shape[1]] + rest))
  }

  /// Shares of each row; a row that sees nothing has none.
  private func softmax(_ scores: Tensor, isMasked: Bool) -> Tensor {
    guard isMasked else { return scores.softmax() }
    let isSeen = scores .!= -.infinity
    // A finite stand-in keeps derivatives of hidden elements from being infinity less infinity.
    let lowest = call.scope.full([], -Double(Float.greatestFiniteMagnitude))
    let shares = isSeen.select(scores, lowest).softmax()
    return isSeen.select(shares, shares.zeros)
  }

  /// What is added to the scores; nil where everything is seen.
  private func bias() throws -> Tensor? {
    var bias = try mask()
    if let seen = try seenKeys() {
      let zero = seen.scope.full(seen.shape, 0)
      let hidden = seen.select(zero, zero.scope.full([], -.infinity))
      bias = bias.map { $0 + hidden } ?? hidden
    }
    return bias
  }

  /// The mask of input 3 as numbers; keys that it does not reach are hidden.
  private func mask() throws -> Tensor? {
    guard call.has(3) else { return nil }
    let given = try call.tensor(3)
    guard given.rank >= 1, given.rank <= 4 else {
      throw ImportError("a mask \(given.shape) should have 1 to 4 axes")
    }
    var mask = given
    if given.element == .bool {
      let zero = given.scope.full(given.shape, 0)
      mask = given.select(zero, zero.scope.full([], -.infinity))
    }
    let count = key.shape[2]
    let own = mask.shape[mask.rank - 1]
    if own < count, own != 1 {
      let extents = mask.shape.extents.dropLast() + [count - own]
      mask = .concatenated([mask, mask.scope.full(Shape(Array(extents)), -.infinity)], axis: mask.rank - 1)
    }
    let scores = Shape([query.shape[0], query.shape[1], query.shape[2], count])
    guard mask.element == .float32, Shape.broadcast(mask.shape, scores) == scores else {
      throw ImportError("a mask \(given.type) does not fit scores \(scores)")
    }
    return mask
  }

  /// Which keys each query sees, `bool[B or 1, 1, T, S]`; nil for all.
  private func seenKeys() throws -> Tensor? {
    let isCausal = try call.flag("is_causal")
    // No window need be wider than all keys and queries.
    let widest = query.shape[2] + key.shape[2]
    let left = min(widest, try call.integer("left_window_size", default: -1))
    let right = min(widest, try call.integer("right_window_size", default: -1))
    let shape: Shape = [1, 1, query.shape[2], key.shape[2]]
    let place = call.scope.iota(shape, axis: 3)
    var conditions: [Tensor] = []
    var own = call.scope.iota(shape, axis: 2)
    switch offset {
    case .number(let count): own = own + Double(count)
    case .perSample(let counts):
      let first = counts.reshaped([query.shape[0], 1, 1, 1])
      conditions.append(place .< first + Double(query.shape[2]))
      own = own + first
    }
    if isCausal { conditions.append(place .<= own) }
    if left >= 0 { conditions.append(place .>= own - Double(left)) }
    if right >= 0 { conditions.append(place .<= own + Double(right)) }
    guard let first = conditions.first else { return nil }
    return conditions.dropFirst().reduce(first) { $0 && $1 }
  }
}
