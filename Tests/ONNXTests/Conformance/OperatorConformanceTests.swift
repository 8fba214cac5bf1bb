import Compute
import DeviceSelection
import ONNX
import Testing

/// The ONNX project's own tests of operators, through the importer, on the CPU device and in double precision.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/data beside the package"))
struct OperatorConformanceTests {
  @Test func agrees() async throws {
    let device = try DeviceCatalog.current(for: .cpu).entry(for: .cpu).device
    var count = 0
    var failures: [String] = []
    for test in OperatorCase.all where Omission.all[test.name] == nil {
      count += 1
      do {
        try await run(test, on: device)
      } catch {
        failures.append("\(test.group)/\(test.name): \(error)")
      }
    }
    print("ONNX operator tests: \(count) ran, \(failures.count) failed, \(Omission.all.count) are left out")
    for failure in failures { Issue.record("\(failure)") }
  }

  private func run(_ test: OperatorCase, on device: any Device) async throws {
    let file = try test.model()
    for (inputs, expected) in try test.dataSets() {
      let run = try ModelRun(file, inputs)
      for values in [try await run.outputs(on: device), try run.interpreted()] {
        guard values.count == expected.count else {
          throw Disagreement("\(values.count) outputs instead of \(expected.count)")
        }
        for (index, port) in file.outputs.enumerated() {
          do {
            try Agreement().check(values[index], port.element, against: expected[index])
          } catch {
            throw Disagreement("output '\(port.name)': \(error)")
          }
        }
      }
    }
  }
}
