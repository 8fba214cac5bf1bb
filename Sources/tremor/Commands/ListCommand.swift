import ArgumentParser
import Attacks

/// `tremor list`: what can be chosen by name.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List attacks with their settings, losses and norms.",
    discussion: """
      For example, the settings of one attack:

        tremor list mi-fgsm
      """)

  @Argument(help: ArgumentHelp("Only this attack.", valueName: "attack")) var attack: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let attack { _ = try AttackRecipe.named(attack.lowercased()) }
  }

  func run() throws {
    let recipes = try attack.map { [try AttackRecipe.named($0.lowercased())] } ?? AttackRecipe.all
    let attacks = recipes.map(AttackPart.init)
    let isWhole = attack == nil
    let losses = isWhole ? AttackLosses.all.map { type(of: $0).names } : nil
    let norms = isWhole ? GeometryRecipe.all.map(\.names) : nil
    try output.answer("list") {
      Listing(attacks: attacks, losses: losses, norms: norms)
    } text: {
      let lists = [("losses", losses), ("norms", norms)].compactMap { title, names in
        names.map { "\(title): " + $0.map { $0.joined(separator: " = ") }.joined(separator: ", ") }
      }
      return (attacks.map(\.text) + lists).joined(separator: "\n\n")
    }
  }

  private struct Listing: Encodable {
    let attacks: [AttackPart]
    /// The names of each, the first one first.
    let losses, norms: [[String]]?
  }

  private struct AttackPart: Encodable {
    struct SettingPart: Encodable {
      let name, option, summary: String
      let aliases: [String]
      let takes: String
      let usual: ParameterValue

      private enum CodingKeys: String, CodingKey {
        case name, option, summary, aliases, takes
        case usual = "default"
      }
    }

    let name: String
    let aliases, norms: [String]
    let goal: AttackRecipe.Aim
    let access: ModelAccess
    let summary: String
    let settings: [SettingPart]

    init(_ recipe: AttackRecipe) {
      (name, aliases, summary) = (recipe.name, Array(recipe.names.dropFirst()), recipe.summary)
      (norms, goal, access) = (recipe.norms.map(\.name), recipe.aim, recipe.access)
      settings = recipe.settings.map { setting, usual in
        SettingPart(
          name: setting.name, option: "--" + setting.spellings[0], summary: setting.summary,
          aliases: setting.spellings.dropFirst().map { "--" + $0 }, takes: setting.valueName, usual: usual)
      }
    }

    var text: String {
      let names = ([name] + aliases).joined(separator: " = ")
      let lines = settings.map { "  \($0.option) <\($0.takes)>  \($0.summary) By default \($0.usual)." }
      let facts =
        "  in \(norms.joined(separator: ", ")), \(goal == .within ? "within a budget" : "nearest image"), "
        + "by \(access.rawValue)"
      return (["\(names): \(summary)", facts] + lines).joined(separator: "\n")
    }
  }
}
