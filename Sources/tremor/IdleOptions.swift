import ArgumentParser

/// Options for samples, on a command that has none: scripts may give them to every command.
struct IdleSampleOptions: ParsableArguments {
  @Option(name: [.customLong("batch"), .customLong("batch-size")], help: .hidden) var batch: String?
  @Option(help: .hidden) var limit: String?
  @Option(help: .hidden) var seed: String?

  /// Says which options have no effect.
  func remark(on command: String, _ output: OutputOptions) {
    for (name, value) in [("--batch", batch), ("--limit", limit), ("--seed", seed)] where value != nil {
      output.remark("warning: \(name) has no effect on \(command)")
    }
  }
}

/// Options of a computation, on a command that computes nothing.
struct IdleOptions: ParsableArguments {
  @OptionGroup(visibility: .hidden) var samples: IdleSampleOptions
  @Option(help: .hidden) var device: String?
  @Option(help: .hidden) var threads: String?
  @Option(help: .hidden) var precision: String?

  /// Says which options have no effect.
  func remark(on command: String, _ output: OutputOptions) {
    samples.remark(on: command, output)
    let options = [("--device", device), ("--threads", threads), ("--precision", precision)]
    for (name, value) in options where value != nil {
      output.remark("warning: \(name) has no effect on \(command)")
    }
  }
}
