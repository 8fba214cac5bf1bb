import Testing

/// Variables that make this machine another one.
@Suite struct SimulatedMachineTests {
  @Test(arguments: [
    ("TREMOR_INSTRUCTION_SET", "sse"), ("TREMOR_LOCAL_MEMORY", "64KB"), ("TREMOR_LOCAL_MEMORY", "16KiB"),
  ])
  func valuesWithoutMeaningAreErrors(_ name: String, _ value: String) throws {
    let run = try TremorProcess(["devices", "--device", "cpu"], environment: [name: value])
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains("\(name) is '\(value)'; it takes "))
  }

  @Test func instructionSetsAreSwitchedOff() throws {
    let portable = ["TREMOR_INSTRUCTION_SET": "portable"]
    let run = try TremorProcess(["devices", "--device", "cpu"], environment: portable)
    #expect(run.output.hasPrefix("cpu  portable, "))
    let test = try TremorProcess(["self-test", "--device", "cpu"], environment: portable)
    #expect(test.status == 0, "\(test.output)\(test.errors)")
  }

  @Test(arguments: ["32KiB", "64KiB", "262144"]) func littleMemoryPassesTheSelfTest(_ bytes: String) throws {
    let variables = ["TREMOR_LOCAL_MEMORY": bytes]
    let run = try TremorProcess(["self-test", "--device", "cpu"], environment: variables)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }
}
