import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// Whole networks against the interpreter in double precision, whatever passes a plan is made with.
@Suite struct ReferenceModelTests {
  @Test(arguments: ReferenceModel.all)
  func agreesWithTheInterpreterUnderEveryPass(_ model: ReferenceModel) async throws {
    let single = PlanOptions.named.map { PlanOptions.all.subtracting($0.option) }
    try await checkModel(model, on: CPUDevice(), options: [.all, []] + single)
  }

  @Test(arguments: InstructionSet.available)
  func derivativesOfEqualValuesBelongToTheFirst(_ set: InstructionSet) async throws {
    try await checkTies(on: CPUDevice(threads: 2, instructionSet: set))
  }

  @Test(arguments: InstructionSet.available)
  func conformsWithEveryInstructionSet(_ set: InstructionSet) async throws {
    try await checkDevice(CPUDevice(threads: 2, instructionSet: set), programs: 200..<210)
  }
}
