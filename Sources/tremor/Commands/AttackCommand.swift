import ArgumentParser
import ArrayFiles
import Attacks
import Compute
import Datasets
import DeviceSelection
import Networks

/// `tremor attack`: how many samples a classifier still gets right under attack.
struct AttackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack",
    abstract: "Attack a classifier: accuracy on clean samples and under attack.",
    discussion: """
      For example, on the first 1,000 test images of CIFAR-10:

        tremor attack model.onnx cifar10:cifar-10-batches-bin --norm linf --eps 8/255 --limit 1000

      Budgets and step sizes are in units of pixels of 0...1. Samples that are misclassified already are \
      not attacked; robust accuracy is the share of all samples that are classified rightly and do not \
      fall. What is reported is checked from what is stored: inside 0...1, within the budget without \
      tolerance, misclassified in a second pass. Results do not depend on --batch.
      """)

  @Argument(help: "The classifier, an ONNX file.") var model: String

  @Argument(help: DataArgument.help, transform: { try DataArgument($0) }) var data: DataArgument

  @OptionGroup var choice: AttackChoice

  @Option(
    name: [.customLong("save-adversarial"), .customLong("save-adv")],
    help: ArgumentHelp(
      "A file for the images found, pixels of 0...1 in the shape that the model takes, float32: .npz with images, "
        + "labels and indices, which npz:FILE reads again, or .npy with the images alone.", valueName: "file")
  )
  var saveAdversarial: String?

  @OptionGroup var samples: SampleOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func validate() throws { _ = try choice.made() }

  func run() async throws {
    let (attack, remarks) = try choice.made()
    if let saveAdversarial { _ = try OutputFile(saveAdversarial) }
    var watch = Stopwatch()
    let subject = try Subject(model, data.source, samples, answer)
    if let count = subject.model.fixedSampleCount, count > 1 {
      throw CommandFailure(
        "\(model): the model takes exactly \(count) samples at a time, and cannot be attacked")
    }
    let load = watch.lap()
    let entry = try device.entry(answer)
    let runner = AttackRunner(
      tile: samples.batch.count, restarts: choice.restarts, seed: samples.random.seed,
      stopsEarly: !choice.noEarlyStop)
    let opening = watch.lap()
    let result = try await run(attack, runner, subject, on: entry.device)
    try subject.requireFinite(result)
    if let saveAdversarial { try AdversarialFile(saveAdversarial).write(result.adversarial, subject.samples) }
    let report = AttackReport(
      choice, samples, result, warnings: remarks + result.findings.map { Warning($0) },
      stored: StoredOutput(saveAdversarial, result.adversarial), load: load, opening: opening)
    for warning in report.warnings { answer.remark("warning: \(warning.message)") }
    let header = ReportHeader("attack", subject, on: entry)
    if answer.json {
      try Terminal.say(json: JoinedReport(header: header, part: report))
    } else {
      Terminal.say(report.text(header))
    }
  }

  private func run(
    _ attack: any IterativeAttack, _ runner: AttackRunner, _ subject: Subject, on device: any Device
  ) async throws -> AttackResult {
    let count = subject.count
    let steps = count * (1 + choice.restarts * max(1, attack.steps))
    let bar = ProgressBar("attack", total: steps, unit: "steps", answer)
    defer { bar.finish() }
    let samples = try AttackSamples(
      images: subject.inputs, labels: subject.samples.labels,
      indices: subject.samples.numbers?.map { Int32($0) })
    do {
      return try await runner.run(attack, on: subject.model, samples, device: device) { progress in
        bar.update(progress.done * steps / max(1, progress.total), note: "\(progress.fallen) fallen")
      }
    } catch let error as AttackError where error.kind == .data {
      throw CommandFailure("\(subject.samples.name): \(error)")
    } catch let error as AttackError where error.kind == .model {
      throw CommandFailure("\(model): \(error)")
    }
  }
}

extension Subject {
  /// Finds clean samples for which the model gives something that is not finite.
  fileprivate func requireFinite(_ result: AttackResult) throws {
    guard
      let sample = result.samples.first(where: { !$0.isCleanCorrect && $0.flags.contains(.nonFiniteLogits) })
    else { return }
    throw CommandFailure(
      "\(classifier.path): sample \(sample.index) of \(samples.name): the model's outputs for "
        + "the clean image "
        + "are not finite")
  }
}
