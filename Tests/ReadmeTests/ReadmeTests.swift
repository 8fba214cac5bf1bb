import CPUBackend
import Compute
import Datasets
import Foundation
import Networks
import ONNX
import Testing

@Suite struct ReadmeTests {
  /// The Swift texts of the README are the files beside this one, word for word, in this order.
  @Test func showsWhatIsCompiledHere() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let shown = readme.components(separatedBy: "```swift\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
    let compiled = try ["RobustAccuracy", "Perceptron", "InputGradient", "AttackedImages"].map {
      try String(contentsOf: here.appending(path: "\($0).swift"), encoding: .utf8)
    }
    #expect(shown.count == compiled.count)
    for (text, file) in zip(shown, compiled) { #expect(text == file) }
  }

  /// The attack of the article is the one that `AttacksTests` checks.
  @Test func theArticleShowsAnAttackThatIsTested() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let article = try String(
      contentsOf: root.appending(path: "Sources/Compute/Compute.docc/AddingAnAttack.md"), encoding: .utf8)
    let source = try String(
      contentsOf: root.appending(path: "Tests/AttacksTests/MomentumAscent.swift"), encoding: .utf8)
    let declaration = source.split(separator: "\n", omittingEmptySubsequences: false).drop {
      !$0.hasPrefix("struct")
    }
    let shown = declaration.map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
    #expect(article.contains(shown))
  }

  @Test func whatIsShownRuns() async throws {
    let device = try CPUDevice(threads: 1)
    let data = Digits.test[0..<16]
    let images = data.inputs
    let labels = HostArray([16], data.labels)
    let shapes: [(String, Shape)] = [
      ("hidden.weight", [32, 64]), ("hidden.bias", [32]), ("output.weight", [10, 32]), ("output.bias", [10]),
    ]
    var values: [String: HostArray] = [:]
    for (name, shape) in shapes {
      let elements = (0..<shape.count).map { index in Float(index * 7_919 % 101) / 100 - 0.5 }
      values[name] = HostArray(shape, elements)
    }
    let weights = try Weights(values, on: device)

    let gradient = try await inputGradient(of: images, labels, weights, on: device)
    #expect(gradient.type == images.type)
    #expect(gradient.floats.contains { $0 != 0 })

    let (adversarial, isRight) = try await attacked(images, labels, weights, on: device)
    #expect(isRight.type == TensorType([16], .bool))
    let changes = zip(adversarial.floats, images.floats).map { abs($0 - $1) }
    #expect(changes.allSatisfy { $0 <= 8 / 255 })
    #expect(changes.contains { $0 > 0.03 })
  }

  @Test func theRobustAccuracyOfAFileIsBetweenNoneAndTheCleanOne() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).onnx").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let model = try Model(MultilayerPerceptron(hidden: [16]), input: [1, 8, 8], seed: 0)
    try model.writeONNX(to: path)
    let accuracy = try await robustAccuracy(
      of: path, on: Digits.test[0..<16], device: CPUDevice(threads: 1))
    #expect((0...1).contains(accuracy))
  }
}
