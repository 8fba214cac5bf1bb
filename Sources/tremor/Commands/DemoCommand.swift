import ArgumentParser
import Attacks
import Datasets
import DeviceSelection

/// `tremor demo`: trains two small networks and attacks them on every device.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train a network on the embedded digits, attack it on every device, and compare.",
    discussion: """
      Two networks of the same kind are trained, one on clean images and one on attacked ones, written as ONNX files \
      and read back. Both are attacked by projected gradient descent with growing budgets, on every device or on \
      the one that --device names.
      """)

  @OptionGroup var device: DeviceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var random: SeedOption

  @Option(help: "How often training sees every image.")
  var epochs = 10

  @Option(help: "Steps of the attack.")
  var steps = 20

  @Option(
    help: ArgumentHelp("Keep the models here; by default they are removed at the end.", valueName: "dir"))
  var outputDir: String?

  func validate() throws {
    try requireCount(epochs, in: 1...10_000, "--epochs")
    try requireCount(steps, in: 1...AttackChoice.mostSteps, "--steps")
  }

  func run() async throws {
    let folder = try DemoFolder(outputDir, files: DemoNetwork.all.map(\.file))
    let catalog = try device.catalog()
    let trainer = try device.entry(output)
    var networks: [DemoNetwork.Trained] = []
    for network in DemoNetwork.all {
      let trained = try await network.trained(
        epochs: epochs, seed: random.seed, device: trainer.device, folder: folder)
      output.remark(trained.remark)
      networks.append(trained)
    }
    var report = DemoReport(
      networks: networks,
      evaluation: Evaluation(budgets: [0.05, 0.1, 0.2, 0.3], steps: steps, seed: random.seed),
      absence: catalog.openCLAbsence)
    for entry in catalog.entries {
      output.remark(
        "attacking both on \(entry.name)" + (entry.kind == .processor ? "" : "; the first use builds kernels")
      )
      try await report.evaluate(on: entry, Digits.test)
    }
    try output.answer("demo", body: { report.summary }, text: { report.text })
  }
}
