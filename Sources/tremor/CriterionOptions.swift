import ArgumentParser
import Attacks

/// When an image counts as adversarial.
struct CriterionOptions: ParsableArguments {
  @Option(
    name: [.customLong("targeted"), .customLong("target-class")],
    help: ArgumentHelp(
      "Seek images that the model takes for a certain class: a name or number, then samples of that class are left "
        + "out; least-likely, by the model's outputs for the clean image; random; or next, the label plus 1. By default "
        + "any wrong class will do.", valueName: "class|least-likely|random|next"))
  var targeted: TargetChoice?

  @Option(
    name: [.customLong("top-k")], parsing: .unconditional,
    help: ArgumentHelp(
      "How many of the largest outputs count as an answer: the label has to be out of them, the target among them; a "
        + "clean image whose label is among them counts as right.", valueName: "n"))
  var top = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "By how much outputs have to exceed one another, in units of logits.", valueName: "number"))
  var confidence = 0.0

  func validate() throws {
    guard top >= 1 else { throw ValidationError("--top-k \(top): at least 1 is needed") }
    guard confidence >= 0, confidence.isFinite else {
      throw ValidationError("--confidence \(confidence): a number from 0 on is needed")
    }
  }

  var criterion: Criterion { Criterion(top: top, confidence: confidence) }
}

/// Which class an image is to be mistaken for.
enum TargetChoice: ExpressibleByArgument, CustomStringConvertible {
  /// The one of the smallest logit, other than the label.
  case leastLikely
  /// Any other than the label, each as likely.
  case random
  /// The label plus 1; 0 after the last.
  case next
  /// This one, by name or number.
  case named(String)

  init?(argument: String) {
    switch argument.lowercased() {
    case "": return nil
    case "least-likely", "ll": self = .leastLikely
    case "random": self = .random
    case "next": self = .next
    default: self = .named(argument)
    }
  }

  var description: String {
    switch self {
    case .leastLikely: "least-likely"
    case .random: "random"
    case .next: "next"
    case .named(let name): name
    }
  }
}
