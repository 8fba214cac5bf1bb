import Attacks
import Compute

struct MomentumAscent: IterativeAttack {
  var threat: ThreatModel
  var goal: Goal { .within(threat) }
  var stepSize: StepSize, steps: Int, decay: Double
  var loss: any AttackLoss = CrossEntropyLoss()

  func start(_ victim: Victim) -> [Tensor] { [victim.images, victim.images.zeros] }

  func advance(_ state: [Tensor], at answer: Answer, step: Tensor, _ victim: Victim) -> [Tensor] {
    let velocity = decay * state[1] + answer.gradient()
    let size = stepSize.length(in: threat, for: victim.images)
    return [threat.advance(state[0], along: velocity, by: size, around: victim.images), velocity]
  }

  func image(of state: [Tensor]) -> Tensor { state[0] }
}
