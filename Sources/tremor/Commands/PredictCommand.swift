import ArgumentParser
import Compute
import Networks

/// `tremor predict`: how often a classifier is right, and what it says.
struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify samples: accuracy, and logits if they are wanted.",
    discussion: """
      For example, on the first 1,000 test images of CIFAR-10:

        tremor predict resnet20.onnx cifar10:cifar-10-batches-bin --limit 1000 --output logits.npy

      Images are floats in 0...1 (bytes divided by 255); normalisation belongs to the model. Arrays of \
      floats are taken as they are.
      """)

  @Argument(help: "The classifier, an ONNX file.") var model: String

  @Argument(help: DataArgument.help, transform: { try DataArgument($0) }) var data: DataArgument

  @Option(name: .shortAndLong, help: "A .npy file for the logits, float32 [N, K]; none by default.")
  var output: String?

  @OptionGroup var samples: SampleOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func run() async throws {
    let computation = SampleComputation(
      name: "predict", quantity: .outputs, modelPath: model, data: data, outputPath: output, samples: samples,
      device: device, output: answer)
    let result = try await computation.run()
    try computation.store(result.logits)
    let report = Report(self, result)
    try answer.answer("predict", on: result.entry, findings: result.warnings) {
      try JoinedReport(SubjectReport(result.subject), report)
    } text: {
      report.text(result)
    }
  }

  private struct Report: Encodable {
    let parameters: EffectiveParameters
    let correct: Int
    let accuracy: Double
    let predictions: [Int32?]
    let labels: [Int32]
    let forwardPasses, backwardPasses: Int
    let output: StoredOutput?
    let seconds: [String: Double]

    init(_ command: PredictCommand, _ result: SampleComputation.Result) {
      parameters = EffectiveParameters(command.samples, tile: result.tile)
      (correct, accuracy) = (result.predictions.correct, result.predictions.accuracy)
      (predictions, labels) = (result.predictions.classes, result.predictions.labels)
      (forwardPasses, backwardPasses) = (result.predictions.labels.count, 0)
      output = StoredOutput(command.output, result.logits)
      seconds = result.seconds
    }

    func text(_ result: SampleComputation.Result) -> String {
      var facts = Facts()
      facts.add(result.subject, on: result.entry)
      facts.add("accuracy", "\(Format.percentage(accuracy)) % (\(correct) of \(labels.count))")
      facts.add("logits", output?.text)
      facts.add("time", timeText(seconds, ["load", "prepare", "predict"], samples: labels.count))
      return facts.text
    }
  }
}
