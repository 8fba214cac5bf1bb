import Testing

/// Variables that make this machine another one.
@Suite struct SimulatedMachineTests {
  @Test(arguments: [
    ("TREMOR_INSTRUCTION_SET", "sse"), ("TREMOR_LOCAL_MEMORY", "64KB"), ("TREMOR_LOCAL_MEMORY", "16KiB"),
    ("TREMOR_DEVICE", "gpu"), ("TREMOR_CACHE", "of"),
  ])
  func valuesWithoutMeaningAreErrors(_ name: String, _ value: String) throws {
    // Commands that use no device say it, too.
    for arguments in [["devices", "--device", "cpu"], ["inspect", "missing.onnx"]] {
      let run = try TremorProcess(arguments, environment: [name: value])
      #expect(run.status == 1 && run.output.isEmpty)
      #expect(run.errors.contains("\(name)=\(value): "), "\(run.errors)")
    }
  }

  @Test func namesThatAreMisspeltAreSaid() throws {
    let run = try TremorProcess(["devices", "--device", "cpu"], environment: ["TREMOR_DEVISE": "cpu"])
    #expect(run.status == 0 && run.errors.contains("did you mean TREMOR_DEVICE?"), "\(run.errors)")
    // Those of scripts around this program are no concern of it.
    let other = try TremorProcess(["devices", "--device", "cpu"], environment: ["TREMOR_GPU_SECONDS": "2"])
    #expect(other.errors.isEmpty, "\(other.errors)")
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
