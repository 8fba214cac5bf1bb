import ArgumentParser
import Attacks
import Compute
import Datasets
import DeviceSelection

/// `tremor demo`: trains two small networks and attacks them on every device.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Train a network on the embedded digits, attack it on every device, and compare.",
    discussion: """
      Two networks of the same kind are trained, one on clean images and one on attacked ones. Both are \
      attacked by projected gradient descent with growing budgets, on every device or on the one that \
      --device names.
      """)

  @OptionGroup var device: DeviceOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var random: SeedOption

  @Option(help: "How often training sees every image.")
  var epochs = 10

  @Option(help: "Steps of the attack.")
  var steps = 20

  func validate() throws {
    if epochs < 1 { throw ValidationError("--epochs \(epochs): at least one is needed") }
    if steps < 1 { throw ValidationError("--steps \(steps): at least one is needed") }
  }

  func run() async throws {
    let catalog = try device.catalog()
    let trainer = try device.entry(output)
    var networks: [DemoReport.Network] = []
    for adversary in [nil, ProjectedGradientDescent(.lInfinity(radius: 0.2), steps: 5)] {
      networks.append(try await trained(against: adversary, on: trainer))
      output.remark(networks[networks.count - 1].remark)
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
    if output.json {
      try Terminal.say(json: report.summary)
    } else {
      Terminal.say(report.text)
    }
  }

  private func trained(
    against adversary: ProjectedGradientDescent?, on entry: DeviceEntry
  ) async throws -> DemoReport.Network {
    let clock = ContinuousClock()
    let start = clock.now
    let trainer = Trainer(adversary: adversary, epochs: epochs, seed: random.seed)
    let result = try await trainer.train(on: Digits.training, entry.device)
    return DemoReport.Network(
      name: adversary == nil ? "clean" : "attacked", values: result.values, loss: result.loss,
      duration: clock.now - start, device: entry.name)
  }
}
