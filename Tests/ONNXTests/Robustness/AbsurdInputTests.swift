import ArrayFiles
import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// Operators that are given absurd numbers for shapes, axes, scales and counts refuse them, soon.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/data beside the package"))
struct AbsurdInputTests {
  private static let numbers: [Double] = [
    0, -1, 2, -3, 255, 65_537, 0x1p24, 0x1p26, 0x1p31, -0x1p31, 0x1p40, 0x1p62, -0x1p63, 1e-30, 1e30,
  ]

  @Test func areRefusedInTime() throws {
    for test in OperatorCase.all where Omission.all[test.name] == nil {
      var random = SeededGenerator(name: test.name)
      let file = try test.model()
      for (inputs, _) in try test.dataSets() {
        for index in inputs.indices where inputs[index].count <= 16 && inputs[index].count > 0 {
          for _ in 0..<6 {
            var inputs = inputs
            inputs[index] = spoiled(inputs[index], &random)
            try trace(file, inputs, test.name)
          }
        }
      }
    }
  }

  private func spoiled(_ array: StoredArray, _ random: inout SeededGenerator) -> StoredArray {
    var values = array.doubles
    for place in values.indices where random.chance(0.5) {
      values[place] = Self.numbers.randomElement(using: &random) ?? 0
    }
    return StoredArray(shape: array.shape, doubles: values, as: array.element)
  }

  private func trace(_ file: ONNXModel, _ inputs: [StoredArray], _ name: String) throws {
    let start = threadNanoseconds()
    let result: String
    do {
      _ = try ModelRun(file, inputs)
      result = "a graph"
    } catch {
      result = "\(error)"
    }
    let seconds = Double(threadNanoseconds() - start) / 1e9
    #expect(seconds < 1, "\(name) took \(seconds) seconds: \(result)")
    #expect(result == "a graph" || result.hasPrefix(name + ": "), "\(name): \(result)")
  }
}
