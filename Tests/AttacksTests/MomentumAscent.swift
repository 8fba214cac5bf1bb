import Attacks
import Compute

struct MomentumAscent: Attack {
  var threat: any ThreatModel
  var stepSize: StepSize, steps: Int, decay: Double

  func perturb(_ victim: Victim) -> Tensor {
    let size = stepSize.length(in: threat)
    return [victim.images, victim.images.zeros].iterated(steps) { state in
      let gradient = victim.gradient(of: { $0.crossEntropy($1) }, at: state[0])
      let velocity = decay * state[1] + gradient
      return [threat.advance(state[0], along: velocity, by: size, around: victim.images), velocity]
    }[0]
  }
}
