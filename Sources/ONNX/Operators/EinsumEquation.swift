import Compute

/// The equation of an `Einsum`: which axes of its operands are one, and which remain.
struct EinsumEquation {
  /// The name of an axis: a letter, or a place counted from the last that an ellipsis stands for.
  enum Label: Hashable {
    case letter(Character)
    case ellipsis(Int)
  }

  /// The axes of each operand.
  let operands: [[Label]]
  /// The axes of the result.
  let result: [Label]

  /// Reads an equation such as `bij,bjk->bik`; spaces do not count.
  ///
  /// - Parameter ranks: The number of axes of each operand.
  init(_ text: String, ranks: [Int]) throws {
    let compact = text.filter { $0 != " " }
    guard let sides = Self.sides(of: compact) else {
      throw ImportError("the equation '\(text)' should have one arrow at most")
    }
    let terms = sides.operands.split(separator: ",", omittingEmptySubsequences: false)
    guard terms.count == ranks.count else {
      throw ImportError("the equation '\(text)' has \(terms.count) operands, the node \(ranks.count)")
    }
    operands = try zip(terms, ranks).map { term, rank in
      let labels = try Self.labels(of: term, ellipsis: max(0, rank - term.filter { $0 != "." }.count))
      guard labels.count == rank else {
        throw ImportError("'\(term)' of the equation '\(text)' does not fit an operand of \(rank) axes")
      }
      return labels
    }
    let hidden = operands.flatMap(\.self).reduce(0) { depth, label in
      if case .ellipsis(let place) = label { max(depth, place + 1) } else { depth }
    }
    result =
      try sides.result.map { try Self.labels(of: $0, ellipsis: hidden) } ?? Self.implied(by: operands, hidden)
    guard Set(result).count == result.count, Set(result).isSubset(of: operands.flatMap(\.self)) else {
      throw ImportError("the result of the equation '\(text)' has an axis twice, or one that no operand has")
    }
  }

  private static func sides(of text: String) -> (operands: Substring, result: Substring?)? {
    guard let dash = text.firstIndex(of: "-") else { return (text[...], nil) }
    let rest = text[dash...].dropFirst()
    guard rest.first == ">", !rest.dropFirst().contains(where: { "->".contains($0) }) else { return nil }
    return (text[..<dash], rest.dropFirst())
  }

  private static func labels(of term: Substring, ellipsis count: Int) throws -> [Label] {
    var labels: [Label] = []
    var rest = term
    var hasEllipsis = false
    while let next = rest.first {
      if rest.hasPrefix("..."), !hasEllipsis {
        labels += (0..<count).reversed().map { .ellipsis($0) }
        hasEllipsis = true
        rest = rest.dropFirst(3)
      } else if next.isASCII, next.isLetter {
        labels.append(.letter(next))
        rest = rest.dropFirst()
      } else {
        throw ImportError("'\(term)' of the equation should hold letters and at most one '...'")
      }
    }
    return labels
  }

  /// Without an arrow: what the ellipses stand for, then the letters that occur once, in alphabetical order.
  private static func implied(by operands: [[Label]], _ hidden: Int) -> [Label] {
    var counts: [Character: Int] = [:]
    for case .letter(let letter) in operands.flatMap(\.self) { counts[letter, default: 0] += 1 }
    let single = counts.filter { $0.value == 1 }.keys.sorted()
    return (0..<hidden).reversed().map { .ellipsis($0) } + single.map { .letter($0) }
  }
}
