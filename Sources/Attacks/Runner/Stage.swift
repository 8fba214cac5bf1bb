/// The steps that a tile makes between two looks of the host.
struct Stage: Hashable, Sendable {
  /// Steps made before.
  let first: Int
  /// Steps made.
  let steps: Int
  /// Whether no steps follow, so that the last point is judged as well.
  let isLast: Bool

  /// Stages of at most `chunk` steps that make `steps` together; one if there are none to make.
  static func all(steps: Int, chunk: Int) -> StageList { StageList(steps: steps, chunk: chunk) }

  /// Which executable runs it: middle stages of as many steps share one.
  struct Kind: Hashable, Sendable {
    let isFirst: Bool
    let steps: Int
    let isLast: Bool
  }

  var kind: Kind { Kind(isFirst: first == 0, steps: steps, isLast: isLast) }
}

/// The stages of a restart, each made when it is asked for: there can be millions.
struct StageList: RandomAccessCollection {
  let steps, chunk: Int

  var startIndex: Int { 0 }
  var endIndex: Int { Swift.max(1, steps / chunk + (steps % chunk > 0 ? 1 : 0)) }

  subscript(index: Int) -> Stage {
    let first = index * chunk
    let rest = steps - first
    return Stage(first: first, steps: Swift.min(chunk, rest), isLast: rest <= chunk)
  }
}
