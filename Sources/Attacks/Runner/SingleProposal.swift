internal import Compute

/// An attack that only proposes, as one step from the clean image.
struct SingleProposal: IterativeAttack {
  let attack: any Attack
  init(_ attack: any Attack) { self.attack = attack }

  var name: String { attack.name }
  var access: ModelAccess { attack.access }
  var goal: Goal { attack.goal }
  var loss: any AttackLoss { attack.loss }
  var drawsRandomly: Bool { attack.drawsRandomly }
  var parameters: [String: ParameterValue] { attack.parameters }
  var steps: Int { 1 }

  func start(_ victim: Victim) -> Tensor { victim.images }
  func advance(_ state: Tensor, at answer: Answer, step: Tensor, _ victim: Victim) -> Tensor {
    attack.perturb(victim)
  }
}
