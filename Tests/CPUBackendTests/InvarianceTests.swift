import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// A sample's result depends on the sample, not on its neighbours, and on nothing but its inputs: bit for bit.
@Suite struct InvarianceTests {
  @Test func anyBatchSizeGivesTheSameBits() async throws {
    let device = try CPUDevice()
    let whole = try await InvarianceModel.results(1000, batch: 1000, on: device)
    for batch in [64, 7] {
      let parts = try await InvarianceModel.results(1000, batch: batch, on: device)
      for index in whole.indices {
        #expect(parts[index] == whole[index], "output \(index) at batch \(batch)")
      }
    }
    let single = try await InvarianceModel.results(40, batch: 1, on: device)
    for index in whole.indices {
      #expect(single[index] == Array(whole[index].prefix(single[index].count)), "output \(index) at batch 1")
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() async throws {
    let one = try await InvarianceModel.results(30, batch: 30, on: CPUDevice(threads: 1))
    for threads in [2, 3, 5] {
      let many = try await InvarianceModel.results(30, batch: 30, on: CPUDevice(threads: threads))
      #expect(many == one, "\(threads) threads")
    }
  }

  @Test func aSecondRunGivesTheSameBits() async throws {
    let device = try CPUDevice()
    let first = try await InvarianceModel.results(20, batch: 20, on: device)
    #expect(try await InvarianceModel.results(20, batch: 20, on: device) == first)
  }

  /// All but matrix tiles, which add other products.
  @Test(arguments: InstructionSet.available.filter { $0 != .amx })
  func instructionSetsAgree(_ set: InstructionSet) async throws {
    let plain = try await InvarianceModel.results(4, batch: 4, on: CPUDevice(instructionSet: .portable))
    let other = try await InvarianceModel.results(4, batch: 4, on: CPUDevice(instructionSet: set))
    #expect(other == plain)
  }

  @Test func nothingReadsWhatNobodyWrote() async throws {
    let clean = try CPUDevice()
    var poisoned = clean
    poisoned.initialByte = 0xFF  // NaN as a float, -1 as an integer
    for model in ReferenceModel.all {
      let graph = try model.graph()
      let arguments = ReferenceModel.arguments(for: graph, seed: 3)
      let expected = try await outputs(of: graph, arguments, on: clean)
      #expect(try await outputs(of: graph, arguments, on: poisoned) == expected, "\(model)")
    }
    for sample in PrimitiveSample.all {
      try await checkAgreement(sample, tolerance: 1e-5, evaluator: evaluator(on: poisoned))
    }
  }
}
