import ArgumentParser
import ArrayFiles
import Attacks
import Compute
import Datasets
import DeviceSelection
import Networks

/// `tremor transfer`: what adversarial images of some models do to others.
struct TransferCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer",
    abstract: "Attack surrogate models, and see how many of the images fool other models.",
    discussion: """
      For example, momentum on two surrogates, judged by two models that the attack never saw:

        tremor transfer cifar10:cifar-10-batches-bin --surrogates a.onnx,b.onnx --targets c.onnx,d.onnx \
      --attack mi-fgsm --eps 16/255 --limit 1000

      Every sample is attacked for all steps, whatever the surrogates say about it, and the image of largest \
      loss among those that fool the surrogates is judged, else that of largest loss. Of each target four shares \
      are given: of the samples that all models classify rightly those that it misclassifies afterwards \
      ("common", the one to compare models by), of all samples, of those that it classifies rightly itself, and \
      of those that the surrogates classify rightly and were fooled on, too; with --targeted a fifth, of the common \
      samples those that it takes for the target.

      \(SettingArguments.help)
      """)

  @Argument(help: DataArgument.help, transform: { try DataArgument($0) }) var data: DataArgument

  @Option(
    help: ArgumentHelp(
      "The models that are attacked, ONNX files with commas between them.", valueName: "files"))
  var surrogates: ModelPaths

  @Option(
    help: ArgumentHelp("The models that judge, ONNX files with commas between them.", valueName: "files"))
  var targets: ModelPaths

  @Option(help: "How several surrogates become one: the mean of their logits or of their probabilities.")
  var ensemble = EnsembleArgument.logits

  @OptionGroup var choice: AttackChoice

  @Option(
    name: [.customLong("save-adversarial"), .customLong("save-adv")],
    help: ArgumentHelp(
      "A file for the images, pixels of 0...1, float32: .npz with images, labels and indices, or .npy with the images "
        + "alone. None by default.", valueName: "file"))
  var saveAdversarial: String?

  @OptionGroup var samples: SampleOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var answer: OutputOptions

  func validate() throws {
    guard choice.attack.aim == .within else {
      throw ValidationError(
        "--attack \(choice.attack.name): the nearest images of surrogates fool nobody else; take an attack with a budget"
      )
    }
    guard choice.budgets.count <= 1 else {
      throw ValidationError("--eps: one budget at a time is transferred")
    }
    _ = try choice.made()
  }

  func run() async throws {
    let (attacks, remarks) = try choice.made()
    try requireEnding(saveAdversarial, of: [".npz", ".npy"], "--save-adversarial")
    if let saveAdversarial { _ = try OutputFile(saveAdversarial) }
    var watch = Stopwatch()
    var sources = try surrogates.paths.map { try Subject($0, data.source, samples, answer) }
    var judges = try self.targets.paths.map { try Subject($0, data.source, samples, answer) }
    try requireOneShape(sources + judges)
    var seconds = ["load": watch.lap()]
    let entry = try device.entry(answer)
    var targets: [Int32]?
    if let targeted = choice.criterion.targeted {
      let chosen = try await sources[0].targets(
        by: targeted, seed: samples.random.seed, tile: samples.batch.count, on: entry.device)
      targets = chosen.classes
      sources = sources.map { $0.at(chosen.positions) }
      judges = judges.map { $0.at(chosen.positions) }
      if let finding = chosen.finding { sources[0].findings.append(finding) }
    }
    let source = sources[0]

    let result = try await attacked(
      source, attacks[0], try ensemble.value(sources.map(\.model)), targets, on: entry.device)
    seconds["attack"] = watch.lap()
    if let saveAdversarial { try AdversarialFile(saveAdversarial).write(result.adversarial, source.samples) }
    if Task.isCancelled || Interruption.wasWished { throw ExitCode(Tremor.Status.interrupted.rawValue) }

    var verdicts: [Verdict] = []
    for subject in sources + judges {
      verdicts.append(try await verdict(of: subject, on: result, entry.device))
    }
    seconds["judge"] = watch.lap()
    let matrix = TransferCounts(result, verdicts)
    let findings = (sources + judges).flatMap(\.findings) + remarks + result.findings.map { Warning($0) }
    try answer.answer("transfer", on: entry, findings: findings) {
      try TransferReport(
        self, result, matrix, zip(sources, verdicts).map { ($0, $1) },
        zip(judges, verdicts.dropFirst(sources.count)).map { ($0, $1) }, seconds)
    } text: {
      TransferReport.text(self, result, matrix, sources, judges, verdicts, on: entry, seconds)
    }
  }

  private func requireOneShape(_ subjects: [Subject]) throws {
    let first = subjects[0]
    for subject in subjects where subject.inputs.shape != first.inputs.shape {
      throw CommandFailure(
        "\(subject.classifier.path): it takes samples of \(subject.inputs.shape), and \(first.classifier.path) of "
          + "\(first.inputs.shape); adversarial images are handed over as they are")
    }
    for subject in subjects where subject.classCount != first.classCount {
      throw CommandFailure(
        "\(subject.classifier.path): it tells \(subject.classCount) classes apart, and \(first.classifier.path) "
          + "\(first.classCount)")
    }
  }

  private func attacked(
    _ subject: Subject, _ attack: any Attack, _ model: Model, _ targets: [Int32]?,
    on device: any Device
  ) async throws -> AttackResult {
    let bar = ProgressBar("transfer", total: subject.count, unit: "steps", answer)
    defer { bar.finish() }
    let runner = AttackRunner(
      tile: samples.batch.count, restarts: choice.restarts, seed: samples.random.seed, stopsEarly: false,
      attacksMisclassified: true, criterion: choice.criterion.criterion)
    return try await subject.attacked(by: [attack], runner, model, targets: targets, on: device) { progress in
      bar.update(
        ProgressBar.Status(done: progress.done, total: progress.total, note: "\(progress.fallen) fallen"))
    }[0]
  }

  /// What a model says about the clean and about the adversarial images.
  struct Verdict {
    let clean, adversarial: Predictions
  }

  private func verdict(
    of subject: Subject, on result: AttackResult, _ device: any Device
  ) async throws -> Verdict {
    var predictions: [Predictions] = []
    for images in [subject.inputs, result.adversarial] {
      let logits = try await subject.outputs(for: images, tile: samples.batch.count, on: device)
      predictions.append(Predictions(logits, labels: subject.samples.labels))
    }
    return Verdict(clean: predictions[0], adversarial: predictions[1])
  }
}

/// Files of models with commas between them.
struct ModelPaths: ExpressibleByArgument {
  let paths: [String]

  init?(argument: String) {
    paths = argument.split(separator: ",").map(String.init)
    if paths.isEmpty { return nil }
  }
}

/// The words for an ensemble.
enum EnsembleArgument: String, ExpressibleByArgument, CaseIterable {
  case logits, probabilities

  var value: Ensemble { self == .logits ? .logits : .probabilities }
}
