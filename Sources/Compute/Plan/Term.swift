/// A scalar expression over memory: what one element of a value is, before it is decided which kernel computes it.
///
/// Terms form a graph by reference, so that a shared part is computed once.
final class Term: Hashable {
  enum Kind: Hashable {
    case memory(BufferID, StoredElement, StridedView)
    /// The number `offset + strides · coordinates`.
    case index(StridedView)
    case constant(UInt32)
    case apply(Opcode, [Term])
  }

  let kind: Kind
  /// What a register holds: bools are 0 and 1.
  let element: ElementType
  /// Instructions needed, counting shared parts once for each use; bounds the work of inlining.
  let cost: Int
  /// Made once of the operands' own, so that looking a term up does not walk through all that it is made of.
  let hash: Int

  init(_ kind: Kind, _ element: ElementType) {
    self.kind = kind
    self.element = element
    var hasher = Hasher()
    if case .apply(let opcode, let operands) = kind {
      cost = 1 + operands.reduce(0) { $0 + $1.cost }
      hasher.combine(opcode)
      for operand in operands { hasher.combine(operand.hash) }
    } else {
      cost = 0
      hasher.combine(kind)
    }
    hash = hasher.finalize()
  }

  static func constant(_ value: Double, _ element: ElementType) -> Term {
    let bits = element == .float32 ? Float(value).bitPattern : UInt32(bitPattern: Int32(value))
    return Term(.constant(bits), element)
  }

  static func == (a: Term, b: Term) -> Bool {
    a === b || (a.hash == b.hash && a.element == b.element && a.kind == b.kind)
  }
  func hash(into hasher: inout Hasher) { hasher.combine(hash) }

  /// Whether it is loaded before a program computes: what lies in memory, and positions.
  var isLoaded: Bool {
    switch kind {
    case .memory, .index: true
    case .constant, .apply: false
    }
  }

  /// The memory this term reads as it is, if it computes nothing.
  var memory: (buffer: BufferID, element: StoredElement, view: StridedView)? {
    if case .memory(let buffer, let element, let view) = kind { return (buffer, element, view) }
    return nil
  }

  /// This term with the places it reads renamed by `change`; nil if one cannot be.
  func mapViews(_ change: (StridedView) -> StridedView?) -> Term? {
    var known: [ObjectIdentifier: Term] = [:]
    return mapViews(change, &known)
  }

  private func mapViews(
    _ change: (StridedView) -> StridedView?, _ known: inout [ObjectIdentifier: Term]
  ) -> Term? {
    if let done = known[ObjectIdentifier(self)] { return done }
    let result: Term?
    switch kind {
    case .memory(let buffer, let stored, let view):
      result = change(view).map { Term(.memory(buffer, stored, $0), element) }
    case .index(let view): result = change(view).map { Term(.index($0), element) }
    case .constant: result = self
    case .apply(let opcode, let operands):
      var changed: [Term] = []
      for operand in operands {
        guard let next = operand.mapViews(change, &known) else { return nil }
        changed.append(next)
      }
      result = Term(.apply(opcode, changed), element)
    }
    known[ObjectIdentifier(self)] = result
    return result
  }

  /// The leaves that are not constants, each once.
  var leaves: [Term] {
    var seen: Set<Term> = []
    var found: [Term] = []
    collectLeaves(&seen, &found)
    return found
  }

  private func collectLeaves(_ seen: inout Set<Term>, _ found: inout [Term]) {
    guard seen.insert(self).inserted else { return }
    switch kind {
    case .memory, .index: found.append(self)
    case .constant: break
    case .apply(_, let operands): for operand in operands { operand.collectLeaves(&seen, &found) }
    }
  }
}
