import Compute

/// What patterns ask of a graph.
extension OpenGraph {
  func kind(_ id: StepID) -> Step.Kind { steps[id].kind }
  func type(_ id: StepID) -> OpenType { steps[id].type }
  func extents(_ id: StepID) -> [Extent] { steps[id].type.extents }
  func inputs(_ id: StepID) -> [StepID] { steps[id].inputs }

  /// Whether only one step or output reads step `id`.
  func isReadOnce(_ id: StepID) -> Bool { useCounts[id] == 1 }

  /// The operands of step `id` if it applies `function`.
  func operands(_ id: StepID, of function: ScalarFunction) -> [StepID]? {
    steps[id].kind == .map(function) ? steps[id].inputs : nil
  }

  /// The operands of a product or a sum of two, in both orders.
  func pairs(_ id: StepID, of function: ScalarFunction) -> [(StepID, StepID)] {
    guard let pair = operands(id, of: function) else { return [] }
    return pair[0] == pair[1] ? [(pair[0], pair[1])] : [(pair[0], pair[1]), (pair[1], pair[0])]
  }

  /// The operand of step `id` if it is of this kind.
  func operand(_ id: StepID, of kind: Step.Kind) -> StepID? {
    steps[id].kind == kind ? steps[id].inputs[0] : nil
  }

  /// What step `id` repeats along axes, or the step itself.
  func beforeBroadcast(_ id: StepID) -> StepID { operand(id, of: .broadcast) ?? id }

  /// What step `id` holds under other extents, or the step itself.
  func beforeReshape(_ id: StepID) -> StepID {
    var source = id
    while let next = operand(source, of: .reshape) { source = next }
    return source
  }

  /// The number that every element of step `id` is, if it is known.
  func number(_ id: StepID) -> Double? {
    switch steps[id].kind {
    case .constant(.splat(let value, _)): value
    case .broadcast, .reshape: number(steps[id].inputs[0])
    default: nil
    }
  }

  /// The step that gives the vector which step `id` repeats over all axes but `axis`.
  func vector(_ id: StepID, along axis: Int) -> StepID? {
    let extents = extents(id)
    guard axis < extents.count, let repeated = operand(id, of: .broadcast) else { return nil }
    let narrow = self.extents(repeated)
    let expected = extents.indices.map { $0 == axis ? extents[axis] : .one }
    guard narrow.withoutLeadingOnes == expected.withoutLeadingOnes else { return nil }
    var source = repeated
    while self.extents(source) != [extents[axis]] {
      guard let next = operand(source, of: .reshape) else { return nil }
      source = next
    }
    return source
  }
}
