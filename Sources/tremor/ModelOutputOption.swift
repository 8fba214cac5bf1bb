import ArgumentParser

/// Which output of a model gives the logits.
struct ModelOutputOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The output that gives the logits, where a model has several that could; by default the only one.",
      valueName: "name|index"))
  var modelOutput: String?
}
