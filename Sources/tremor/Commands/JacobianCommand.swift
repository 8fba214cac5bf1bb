import ArgumentParser
import Compute
import Networks

/// `tremor jacobian`: how every logit depends on every element of a sample.
struct JacobianCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jacobian",
    abstract: "Differentiate every logit with respect to the samples.",
    discussion: """
      For example:

        tremor jacobian model.onnx digits --limit 20 --output jacobian.npy

      One forward pass and K backward passes for each sample of K classes; the file takes 4 N K C H W bytes.
      """)

  @Argument(help: "The classifier, an ONNX file.") var model: String

  @Argument(help: DataArgument.help, transform: { try DataArgument($0) }) var data: DataArgument

  @Option(
    name: .shortAndLong, help: "A .npy file for the Jacobians, float32 [N, K, C*H*W]; none by default.")
  var output: String?

  @OptionGroup var samples: SampleOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func run() async throws {
    let computation = SampleComputation(
      name: "jacobian", quantity: .jacobians, modelPath: model, data: data, outputPath: output,
      samples: samples, device: device, output: answer)
    let result = try await computation.run()
    guard let rows = result.array else { return }
    let (count, classes) = (result.subject.count, result.subject.classCount)
    let size = rows.shape.extents.dropFirst(2).reduce(1, *)
    let jacobian = HostArray(TensorType([count, classes, size]), bytes: rows.bytes)
    try computation.store(jacobian)
    var report = DerivativeReport(
      EffectiveParameters(samples, tile: result.tile), result, jacobian,
      output: StoredOutput(output, jacobian))
    report.backwardPasses = count * classes
    try answer.answer("jacobian", on: result.entry, findings: result.warnings) {
      try JoinedReport(SubjectReport(result.subject), report)
    } text: {
      report.text(result, "jacobian", "Jacobians")
    }
  }
}
