internal import Compute
internal import Networks

/// What every graph of a run is traced from.
struct TileTrace {
  let model: Model
  let imageShape: Shape
  let isTargeted: Bool
  let criterion: Criterion
  let seed: UInt64
  let stopsEarly: Bool

  /// The names of arguments that differ from tile to tile.
  enum Argument {
    static let images = "images"
    static let labels = "labels"
    static let targets = "targets"
    static let indices = "indices"
    static let restarts = "restarts"
    static let step = "step"
    static let merit = "merit"
    static func carried(_ index: Int) -> String { "carried\(index)" }
  }

  /// Logits, loss, whether a sample has fallen, and whether its logits are finite.
  func evaluation(_ loss: any AttackLoss, count: Int) throws -> Graph {
    try Graph { scope in
      let victim = self.victim(scope, count)
      let logits = victim.classifier(victim.images)
      if let misfit = misfit(logits, loss, victim, count) {
        scope.fail(misfit)
        return []
      }
      let answer = Answer(at: victim.images, logits, victim, maximising: loss)
      return [logits, answer.loss, answer.hasFallen, answer.isFinite]
    }
  }

  /// One stage: what is tracked, then the state; see ``Track``.
  func stage<A: IterativeAttack>(_ attack: A, _ kind: Stage.Kind, count: Int) throws -> StageTrace {
    let start = try Graph.counting { scope in attack.start(victim(scope, count)).tensors }
    if !kind.isFirst || !kind.isLast { try requireSamples(attack, start.graph.outputTypes, count) }
    let (graph, passes) = try Graph.counting { scope in
      let victim = self.victim(scope, count)
      let state = attack.start(victim)
      let before = scope.input(Argument.step, .scalar, .int32)
      var point = Path(
        state: state, track: Track(victim, merit: scope.input(Argument.merit, [count])))
      if !kind.isFirst { point.readFromArguments(scope) }
      point = point.iterated(kind.steps) { point, iteration in
        point.advanced(attack, victim, after: before + iteration, self, notesSlope: kind.isFirst)
      }
      if kind.isLast { point.judge(attack, victim, after: before + Double(kind.steps), stopsEarly) }
      return point.track.tensors + (kind.isLast ? [] : point.state.tensors)
    }
    let (all, begun) = (Passes(passes), kind.isFirst ? Passes(start.passes) : Passes())
    let steps = all - begun - Passes(forward: kind.isLast ? count : 0)
    let cost = AttackCost(
      start: Passes(start.passes).share(of: count), step: steps.share(of: count * max(1, kind.steps)))
    return StageTrace(graph: graph, passes: all, cost: cost)
  }

  private func victim(_ scope: Scope, _ count: Int) -> Victim {
    let network = model.bound(in: scope)
    let classifier: Classifier = { network($0).asLogits.markedAsPass() }
    let images = scope.input(Argument.images, Shape([count] + imageShape.extents))
    let labels = scope.input(Argument.labels, [count], .int32)
    let targets = isTargeted ? scope.input(Argument.targets, [count], .int32) : nil
    let randomness = Randomness(seed: seed, samples: scope.input(Argument.indices, [count], .int32))
      .restart(scope.input(Argument.restarts, [count], .int32))
    return Victim(
      classifier, images: images, labels: labels, targets: targets, randomness: randomness,
      criterion: criterion)
  }

  /// Throws unless the first axis of everything an attack carries from step to step counts samples, for two counts, as
  /// one could be met by chance.
  ///
  /// - Parameter first: The types of the state for the first count.
  private func requireSamples<A: IterativeAttack>(
    _ attack: A, _ first: [TensorType], _ count: Int
  ) throws {
    // A model that takes no other number of samples may be asked by the start.
    let second =
      (try? Graph { scope in attack.start(victim(scope, count + 1)).tensors }.outputTypes) ?? first
    for (index, (one, other)) in zip(first, second).enumerated() {
      let counted = second == first ? count : count + 1
      guard one.shape.extents.first == count, other.shape.extents.first == counted else {
        throw AttackError(
          .usage,
          "tensor \(index) of the state of the attack '\(attack.name)' is \(one) for \(count) samples; "
            + "its first axis must count samples")
      }
    }
  }

  /// Why these are not the logits that are needed, or the loss of them is none.
  private func misfit(
    _ logits: Tensor, _ loss: any AttackLoss, _ victim: Victim, _ count: Int
  ) -> AttackError? {
    guard logits.rank == 2, logits.shape[0] == count, logits.shape[1] >= 2, logits.element == .float32 else {
      return AttackError(
        .model, "for \(count) images the model gives \(logits.type); logits float32[\(count), K] are needed")
    }
    let needed = type(of: loss).leastClasses(isTargeted: isTargeted)
    if logits.shape[1] < needed {
      return AttackError(
        .usage, "the loss '\(loss.name)' needs \(needed) classes, and the model has \(logits.shape[1])")
    }
    let value = victim.value(of: loss, logits: logits).type
    guard value != TensorType([count]) else { return nil }
    return AttackError(
      .usage,
      "the loss '\(loss.name)' is \(value) for \(count) samples; one number a sample is needed, "
        + "float32[\(count)]")
  }
}

extension Path {
  /// Replaces every tensor by an argument, in order.
  fileprivate mutating func readFromArguments(_ scope: Scope) {
    var index = 0
    forEachTensor { tensor in
      tensor = scope.input(TileTrace.Argument.carried(index), tensor.shape, tensor.element)
      index += 1
    }
  }

  /// What the classifier says where the state is, which is remembered; nil where the attack changes the images' type.
  @discardableResult
  fileprivate mutating func judge<A: IterativeAttack>(
    _ attack: A, _ victim: Victim, after step: Tensor, _ stopsEarly: Bool
  ) -> Answer? where A.State == State {
    let image = attack.image(of: state)
    guard image.type == victim.images.type else {
      step.scope.fail(
        AttackError(
          .usage,
          "the attack '\(attack.name)' goes from images \(victim.images.type) to \(image.type); "
            + "the type must stay"))
      return nil
    }
    let answer = victim.answer(at: image, maximising: attack.loss)
    track.see(answer, attack.goal, after: step, stopsEarly: stopsEarly)
    return answer
  }

  /// The point is judged, then the attack moves on from what the classifier says there.
  fileprivate func advanced<A: IterativeAttack>(
    _ attack: A, _ victim: Victim, after step: Tensor, _ trace: TileTrace, notesSlope: Bool
  ) -> Path where A.State == State {
    var next = self
    guard let answer = next.judge(attack, victim, after: step, trace.stopsEarly) else { return self }
    next.state = attack.advance(state, at: answer, step: step, victim)
    let types = (state.tensors.map(\.type), next.state.tensors.map(\.type))
    if types.0 != types.1 {
      step.scope.fail(
        AttackError(
          .usage,
          "a step of the attack '\(attack.name)' turns its state from \(types.0) into \(types.1); "
            + "the types must stay"))
      next.state = state
    }
    if notesSlope, let gradient = answer.slopes.first { next.track.noteSlope(gradient, after: step) }
    return next
  }
}

/// A stage as a graph, and what it costs.
struct StageTrace {
  let graph: Graph
  /// Of all samples together.
  let passes: Passes
  /// Of one sample, on average where an attack asks for some only.
  let cost: AttackCost
}
