public import Compute

/// A way to find images that a classifier gets wrong near images that it should get right.
///
/// An attack is a value: its parameters. What it does is written over symbols, so that it becomes a part of a
/// graph and runs on a device without a word from the host. Remembering the best point, restarts, dropping
/// fallen samples, counting and checking are not in it: ``AttackRunner`` does them for every attack.
public protocol Attack: Sendable {
  /// What tables and files call it.
  var name: String { get }
  /// What it looks for, and within which reach.
  var goal: Goal { get }
  /// What it maximises; of the points it visits without success, the one where this is largest is the best.
  var loss: any AttackLoss { get }
  /// What it asks of the model; gradients by default.
  var access: ModelAccess { get }
  /// Whether a restart can find something else.
  var drawsRandomly: Bool { get }
  /// Its own parameters by name, for reports.
  var parameters: [String: ParameterValue] { get }

  /// The images it proposes in place of the victim's, of the same type and within its goal's reach.
  func perturb(_ victim: Victim) -> Tensor
}

extension Attack {
  /// The name of the type.
  public var name: String { "\(Self.self)" }
  /// Gradients.
  public var access: ModelAccess { .gradients }
  /// True.
  public var drawsRandomly: Bool { true }
  /// None.
  public var parameters: [String: ParameterValue] { [:] }
}

/// An attack that goes from point to point: where it starts, and how a step is made.
///
/// Each point it visits counts, not the last one alone.
public protocol IterativeAttack: Attack {
  /// What a step hands to the next one: the image, and a velocity perhaps. The first axis of each tensor
  /// counts samples.
  associatedtype State: TensorTree

  /// How many steps there are, 0 or more.
  var steps: Int { get }

  /// What the first step begins with.
  func start(_ victim: Victim) -> State

  /// The state after a step.
  ///
  /// - Parameters:
  ///   - state: The state before.
  ///   - answer: What the classifier says where the state is, at ``image(of:)``.
  ///   - step: How many steps were made before: a scalar `int32`.
  ///   - victim: What is attacked.
  func advance(_ state: State, at answer: Answer, step: Tensor, _ victim: Victim) -> State

  /// The point where a state is: images within the goal's reach, of the type of the victim's.
  func image(of state: State) -> Tensor
}

extension IterativeAttack {
  /// The point after the last step; of an attack that looks for the nearest image the nearest one, and the clean image where
  /// there is none.
  public func perturb(_ victim: Victim) -> Tensor {
    guard goal.threat == nil else {
      let end = start(victim).iterated(steps) { state, step in
        advance(state, at: victim.answer(at: image(of: state), maximising: loss), step: step, victim)
      }
      return image(of: end)
    }
    var path = Path(state: start(victim), track: Track(victim)).iterated(steps) { path, step in
      let answer = victim.answer(at: image(of: path.state), maximising: loss)
      var next = path
      next.track.see(answer, goal, after: step, stopsEarly: false)
      next.state = advance(path.state, at: answer, step: step, victim)
      return next
    }
    let last = victim.answer(at: image(of: path.state), maximising: loss)
    path.track.see(
      last, goal, after: victim.images.scope.full(.scalar, Double(steps), .int32), stopsEarly: false)
    return path.track.best
  }
}

/// Where an attack is, and what it has seen.
struct Path<State: TensorTree>: TensorTree {
  var state: State
  var track: Track

  mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    track.forEachTensor(visit)
    state.forEachTensor(visit)
  }
}

extension IterativeAttack where State == Tensor {
  /// The state.
  public func image(of state: Tensor) -> Tensor { state }
}
