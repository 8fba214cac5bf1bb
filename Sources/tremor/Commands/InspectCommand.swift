import ArgumentParser
import Compute
import Networks
import ONNX

/// `tremor inspect`: what is in a model file, and whether it can be used.
struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Describe a model: inputs, outputs, operators, size, cost, and what is unsupported.",
    discussion: """
      For example:

        tremor inspect resnet20.onnx --json

      Multiply-adds are those of the convolutions and matrix products of one sample. The model is not run.
      """)

  @Argument(help: "The model, an ONNX file.") var model: String

  @OptionGroup var idle: IdleOptions
  @OptionGroup var answer: OutputOptions

  func run() async throws {
    idle.remark(on: "inspect", answer)
    let file = try ONNXModel(contentsOf: model)
    let (report, findings) = (ModelReport(file), file.remarks.map { Warning($0) })
    try answer.answer("inspect", findings: findings, body: { try report.body }, text: { report.text })
  }
}
