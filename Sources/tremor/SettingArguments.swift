import ArgumentParser
import Attacks

/// The settings that attacks declare, as options of the command line.
///
/// Attacks bring their own options, so no command names them: before arguments are parsed, what spells a setting becomes
/// `--setting NAME=VALUE`.
struct SettingArguments: ParsableArguments {
  @Option(name: .customLong("setting"), help: .hidden)
  var raw: [String] = []

  /// What was chosen, with the spelling that chose it.
  func chosen() throws -> [(setting: Setting, value: ParameterValue, spelling: String)] {
    try raw.map { argument in
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard parts.count == 2, let setting = Self.setting(parts[0]) else {
        throw ValidationError("--setting \(argument): there is no such setting; 'tremor list' shows all")
      }
      do {
        return (setting, try setting.value(parsing: parts[1]), parts[0])
      } catch let error as AttackError {
        let place = "--\(parts[0]) "
        throw ValidationError(
          error.message.hasPrefix(place) ? error.message : place + "\(parts[1]): \(error.message)")
      }
    }
  }

  private static func setting(_ spelling: String) -> Setting? {
    AttackRecipe.allSettings.first { $0.spellings.contains(spelling) }
  }

  /// Arguments of a command in the form that the parser knows.
  ///
  /// - Throws: `ValidationError` for a setting without a value.
  static func joined(_ arguments: [String]) throws -> [String] {
    guard let command = arguments.first, commands.contains(command) else { return arguments }
    var joined: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
        String.init)
      guard argument.hasPrefix("--"), let name = parts.first?.dropFirst(2), !name.isEmpty else {
        joined.append(argument)
        continue
      }
      if let setting = setting(String(name)) {
        let usual = setting.kind == .flag ? "yes" : nil
        guard let value = parts.count > 1 ? parts[1] : usual ?? rest.popFirst() else {
          throw ValidationError("--\(name): a value is missing; it takes <\(setting.valueName)>")
        }
        joined.append("--setting=\(name)=\(value)")
      } else if name.hasPrefix("no-"), parts.count == 1, setting(String(name.dropFirst(3)))?.kind == .flag {
        joined.append("--setting=\(name.dropFirst(3))=no")
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  /// The commands that make attacks.
  private static let commands: Set<String> = ["attack", "transfer"]

  /// The setting whose spelling is near that of an option which nobody knows.
  static func nearest(to option: String) -> String? {
    let spellings = AttackRecipe.allSettings.flatMap(\.spellings)
    let near = spellings.map { ($0, Tremor.distance(option, $0)) }.min { $0.1 < $1.1 }
    return near.flatMap { $0.1 <= max(1, $0.0.count / 3) ? $0.0 : nil }
  }

  /// The settings with their defaults, for the help of a command.
  static var help: String {
    let lines = AttackRecipe.allSettings.map { setting in
      let usual = AttackRecipe.all.compactMap { recipe in
        recipe.settings.first { $0.setting == setting }.map { "\(recipe.name) \($0.usual)" }
      }
      let others = setting.spellings.dropFirst().map { "--\($0)" }.joined(separator: ", ")
      let names = "--\(setting.spellings[0]) <\(setting.valueName)>" + (others.isEmpty ? "" : " (\(others))")
      let negation = setting.kind == .flag ? " --no-\(setting.spellings[0]) says no." : ""
      return "  \(names)\n      \(setting.summary)\(negation) By default: \(usual.joined(separator: ", "))."
    }
    return "Settings of attacks:\n\n" + lines.joined(separator: "\n")
  }
}
