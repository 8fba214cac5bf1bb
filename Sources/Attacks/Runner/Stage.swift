/// The steps that a tile makes between two looks of the host.
struct Stage: Hashable, Sendable {
  /// Steps made before.
  let first: Int
  /// Steps made.
  let steps: Int
  /// Whether no steps follow, so that the last point is judged as well.
  let isLast: Bool

  /// Stages of at most `chunk` steps that make `steps` together; one if there are none to make.
  static func all(steps: Int, chunk: Int) -> [Stage] {
    let starts = steps > 0 ? Array(stride(from: 0, to: steps, by: chunk)) : [0]
    return starts.map { Stage(first: $0, steps: min(chunk, steps - $0), isLast: $0 + chunk >= steps) }
  }

  /// Which executable runs it: middle stages of as many steps share one.
  struct Kind: Hashable, Sendable {
    let isFirst: Bool
    let steps: Int
    let isLast: Bool
  }

  var kind: Kind { Kind(isFirst: first == 0, steps: steps, isLast: isLast) }
}
