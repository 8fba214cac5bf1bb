import ArrayFiles
import Compute
import Foundation
import Networks
import ONNX
import Testing

/// Models whose files say in another way what their logits are.
@Suite struct ModelOutputTests {
  private let place: Workplace
  private static let commands = [
    ["predict"], ["gradient"], ["jacobian"], ["attack", "--eps", "1/8", "--steps", "3"],
  ]

  init() throws { place = try Workplace() }

  /// A model of samples of four numbers in a file: what `body` makes of `[N, 4]` and a weight `[4, 3]`.
  private func file(
    _ name: String, samples: Int? = nil, _ outputs: [String],
    _ body: @escaping @Sendable (Tensor, Tensor) -> [Tensor]
  ) throws -> String {
    let weight = HostArray([4, 3], (0..<12).map { Float(($0 * 5) % 7) / 4 - 0.6 })
    let model = Model(
      inputs: [.init("x", [samples, 4])], outputs: outputs.map { .init($0, [samples, nil]) },
      parameters: [Parameter("w", weight)]
    ) { inputs, scope in
      guard let weight = scope.parameter("w") else { return inputs }
      return body(inputs[0], weight)
    }
    let path = place.path(name)
    try model.writeONNX(to: path)
    return path
  }

  private func data(_ labels: [Int64]) throws -> String {
    try place.data([labels.count, 4], labels: labels) { Float($0 * 37 % 101) / 100 }
  }

  private func stored(
    _ command: [String], _ model: String, _ data: String, _ more: [String] = []
  ) throws -> Data {
    let file = place.path("stored.npy")
    let store = [command[0] == "attack" ? "--save-adversarial" : "--output", file]
    let run = try TremorProcess(command + [model, data, "--device", "cpu"] + store + more)
    #expect(run.status == 0, "\(run.errors)")
    return try Data(contentsOf: URL(filePath: file))
  }

  @Test(arguments: commands)
  func theOutputIsChosen(_ command: [String]) throws {
    let two = try file("two.onnx", ["features", "logits"]) { [$0.relu(), $0.matmul($1)] }
    let one = try file("one.onnx", ["logits"]) { [$0.matmul($1)] }
    let data = try data([0, 1, 2, 0, 1])
    let asked = try TremorProcess(command + [two, data, "--device", "cpu"])
    #expect(asked.status == 2 && asked.complainsOnce)
    #expect(asked.errors.contains("0 'features'") && asked.errors.contains("1 'logits'"))
    #expect(asked.errors.contains("--model-output"))
    let expected = try stored(command, one, data)
    for choice in ["logits", "1"] {
      #expect(try stored(command, two, data, ["--model-output", choice]) == expected)
    }
    let wrong = try TremorProcess(command + [two, data, "--model-output", "scores", "--device", "cpu"])
    #expect(wrong.status == 2 && wrong.complainsOnce && wrong.errors.contains("'features'"))
  }

  @Test(arguments: ["bench", "tune"])
  func theOutputIsChosenForTimes(_ command: String) throws {
    let two = try file("two.onnx", ["features", "logits"]) { [$0.relu(), $0.matmul($1)] }
    let arguments = [command, "--model", two, "--device", "cpu", "--batch", "2"]
    #expect(try TremorProcess(arguments, environment: ["TREMOR_CACHE": "off"]).status == 2)
    let run = try TremorProcess(
      arguments + ["--model-output", "logits"]
        + (command == "bench" ? ["--repetitions", "1"] : ["--seconds", "0.1"]),
      environment: ["TREMOR_CACHE": "off"])
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test(arguments: commands)
  func aFixedBatchIsFilledUp(_ command: [String]) throws {
    let fixed = try file("fixed.onnx", samples: 4, ["logits"]) { [$0.matmul($1)] }
    let open = try file("open.onnx", ["logits"]) { [$0.matmul($1)] }
    let data = try data([0, 1, 2, 0, 1, 2, 2])
    let expected = try stored(command, open, data)
    for batch in ["1", "3", "auto"] {
      #expect(try stored(command, fixed, data, ["--batch", batch]) == expected)
    }
  }

  @Test(arguments: commands)
  func oneLogitIsTwo(_ command: [String]) throws {
    let one = try file("one.onnx", ["z"]) { [$0.matmul($1).sliced(axis: 1, from: 0, count: 1)] }
    let two = try file("two.onnx", ["logits"]) { x, w in
      let z = x.matmul(w).sliced(axis: 1, from: 0, count: 1)
      return [.concatenated([z.zeros, z], axis: 1)]
    }
    let data = try data([0, 1, 1, 0, 1])
    #expect(try stored(command, one, data) == stored(command, two, data))
    let run = try TremorProcess(command + [one, data, "--device", "cpu"])
    #expect(run.errors.contains("one.onnx: output 'z': its one number, z, is taken as the logits [0, z]"))
  }

  @Test(arguments: commands)
  func samplesThatSeeEachOtherAreRefused(_ command: [String]) throws {
    let mixing = try file("mixing.onnx", ["logits"]) { x, w in
      let y = x.matmul(w)
      return [y - y.sum([0], keepingAxes: true)]
    }
    for batch in ["1", "2"] {
      let run = try TremorProcess(
        command + [mixing, try data([0, 1, 2]), "--device", "cpu", "--batch", batch])
      #expect(run.status == 2 && run.complainsOnce, "\(run.errors)")
      #expect(run.errors.contains("mixing.onnx: node '") && run.errors.contains("mixes samples"))
    }
  }
}
