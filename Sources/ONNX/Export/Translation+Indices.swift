import Compute

extension OpenGraph {
  /// A step that picks or adds by index: `[B, P, A, Q]` and `[B, I]`; an index outside `0 ..< A` reads and
  /// writes nothing.
  func indexed(_ id: StepID) -> Match {
    let indices = inputs(id)[1]
    let isGather = kind(id) == .gather
    let range = extents(isGather ? inputs(id)[0] : id)[2]
    if isGather, range == Extent(0) {
      return Match([]) { [self] writer, _ in
        writer.expand(writer.number(0, type(id).element), from: [], to: extents(id))
      }
    }
    let isSafe = indicesLie(within: range, indices)
    if isGather, isSafe, extents(indices)[0] == .one, let list = flatIndices(indices) {
      return Match([inputs(id)[0], list], "Gather", ["axis": .integer(2)])
    }
    return Match(inputs(id)) { [self] writer, x in
      let places = isGather ? extents(id) : extents(inputs(id)[0])
      let shape = [extents(indices)[0], .one, extents(indices)[1], .one]
      let column = writer.reshape(x[1], from: extents(indices), to: shape)
      let zero = writer.number(0, type(id).element)
      let check = isSafe ? nil : writer.bounds(column, range)
      let safe = check.map { writer.add("Where", [$0, column, writer.number(0, .int32)]) } ?? column
      let everywhere = writer.expand(safe, from: shape, to: places)
      guard isGather else {
        let updates = check.map { writer.add("Where", [$0, x[0], zero]) } ?? x[0]
        let blank = writer.expand(zero, from: [], to: extents(id))
        return writer.add(
          "ScatterElements", [blank, everywhere, updates], ["axis": .integer(2), "reduction": .text("add")])
      }
      let picked = writer.add("GatherElements", [x[0], everywhere], ["axis": .integer(2)])
      guard let check else { return picked }
      return type(id).element == .bool
        ? writer.add("And", [check, picked]) : writer.add("Where", [check, picked, zero])
    }
  }

  /// The indices `[1, I]` as they were before they were given a batch axis.
  private func flatIndices(_ id: StepID) -> StepID? {
    var source = id
    while let next = operand(source, of: .reshape) {
      source = next
      if extents(source) == [extents(id)[1]] { return source }
    }
    return nil
  }

  /// Whether the indices are known and all point at something.
  func indicesLie(within range: Extent, _ id: StepID) -> Bool {
    guard let count = range.known else { return false }
    switch kind(beforeStretching(beforeReshape(id))) {
    case .constant(.elements(let array)): return array.integers.allSatisfy { $0 >= 0 && $0 < count }
    case .constant(.splat(let value, _)): return value >= 0 && value < Double(count)
    default: return false
    }
  }
}

extension GraphWriter {
  /// Where the indices lie in `0 ..< range`.
  fileprivate mutating func bounds(_ indices: String, _ range: Extent) -> String {
    let end = cast(vector([range]), to: .int32)
    return add("And", [add("LessOrEqual", [number(0, .int32), indices]), add("Less", [indices, end])])
  }
}
