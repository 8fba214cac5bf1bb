import ArgumentParser
import Attacks
import Compute
import Networks

/// `tremor gradient`: in which direction a loss grows.
struct GradientCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradient",
    abstract: "Differentiate a loss with respect to the samples.",
    discussion: """
      For example:

        tremor gradient model.onnx cifar10:cifar-10-batches-bin --loss ce --limit 100 --output g.npy

      The losses, as attacks maximise them: ce is the cross-entropy; margin is the largest other logit \
      minus the label's; dlr is the difference of logits ratio. The gradient is that of the sum over the \
      samples, so a sample's gradient does not depend on the others.
      """)

  @Argument(help: "The classifier, an ONNX file.") var model: String

  @Argument(help: DataArgument.help, transform: { try DataArgument($0) }) var data: DataArgument

  @Option(help: ArgumentHelp("The loss.", valueName: "loss"))
  var loss = LossArgument.crossEntropy

  @Option(
    name: .shortAndLong,
    help: "A .npy file for the gradients, float32 in the shape of the samples; none by default.")
  var output: String?

  @OptionGroup var samples: SampleOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func run() async throws {
    let loss = loss.loss
    let computation = SampleComputation(
      name: "gradient", quantity: .gradients { loss($0, $1) }, loss: loss, modelPath: model, data: data,
      outputPath: output, samples: samples, device: device, output: answer)
    let result = try await computation.run()
    guard let gradient = result.array else { return }
    try computation.store(gradient)
    var report = DerivativeReport(
      EffectiveParameters(samples, tile: result.tile, loss: loss.name), result, gradient,
      output: StoredOutput(output, gradient))
    report.backwardPasses = result.subject.count
    var findings = result.warnings
    if report.zeroSamples > 0 {
      findings.append(
        Warning(
          kind: "zeroGradients",
          message: "\(report.zeroSamples) of \(result.subject.count) gradients are exactly 0",
          samples: report.zeroSamples))
    }
    try answer.answer("gradient", on: result.entry, findings: findings) {
      try JoinedReport(SubjectReport(result.subject), report)
    } text: {
      report.text(result, "gradient", "gradients")
    }
  }
}

/// A loss by its name.
struct LossArgument: ExpressibleByArgument {
  let loss: any AttackLoss

  static let crossEntropy = LossArgument(loss: CrossEntropyLoss())
  static let allValueStrings = AttackLosses.all.map(\.name)

  init(loss: any AttackLoss) { self.loss = loss }

  init?(argument: String) {
    guard let loss = try? AttackLosses.named(argument) else { return nil }
    self.loss = loss
  }

  var defaultValueDescription: String { loss.name }
}
