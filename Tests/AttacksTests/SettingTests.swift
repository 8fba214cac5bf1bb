import Attacks
import Testing

/// Settings are declared once; defaults are those of the library.
@Suite struct SettingTests {
  @Test func everyDefaultHasACanonicalText() throws {
    for recipe in AttackRecipe.all {
      for (setting, usual) in recipe.settings {
        let text = usual == .flag(true) ? "yes" : usual == .flag(false) ? "no" : "\(usual)"
        #expect(try setting.value(parsing: text) == usual, "\(recipe.name), \(setting.name)")
      }
    }
  }

  @Test func spellingsAreUnique() {
    let spellings = AttackRecipe.allSettings.flatMap(\.spellings)
    #expect(Set(spellings).count == spellings.count)
    #expect(Set(AttackRecipe.all.flatMap(\.names)).count == AttackRecipe.all.flatMap(\.names).count)
  }

  /// What is chosen arrives, each setting by itself.
  @Test func everySettingReachesTheAttack() throws {
    for recipe in AttackRecipe.all {
      let goal = recipe.usualGoal
      let usual = try recipe.attack(goal)
      for (setting, value) in recipe.settings {
        let other: ParameterValue =
          switch value {
          case .count(let count): .count(count + 1)
          case .number(let number): .number(number * 0.5 + 0.01)
          case .flag(let isOn): .flag(!isOn)
          case .step: .step(.absolute(0.03))
          case .text(let name): .text(name == "margin" ? "ce" : "margin")
          case .ratio(let ratio): .ratio(ratio)
          }
        let changed = try recipe.attack(goal, [setting: other])
        let isChanged =
          changed.stepCount != usual.stepCount || changed.loss.name != usual.loss.name
          || changed.parameters != usual.parameters || changed.drawsRandomly != usual.drawsRandomly
        #expect(isChanged, "\(recipe.name), \(setting.name)")
        // The other settings keep their defaults.
        #expect(try recipe.attack(goal, [setting: value]).parameters == usual.parameters)
      }
    }
  }

  @Test func valuesWithoutSenseAreRefused() {
    for (setting, text) in [
      (Setting.steps, "0"), (.steps, "1.5"), (.steps, "1000001"), (.decay, "-1"), (.decay, "nan"),
      (.decay, "x"),
      (.stepSize, "-1/255"), (.stepSize, "0.1epsilon"), (.stepSize, "-1eps"), (.stepSize, "infeps"),
      (.randomStart, "maybe"), (.loss, "l2"),
    ] {
      #expect(throws: AttackError.self, "\(setting.name) \(text)") { try setting.value(parsing: text) }
    }
    #expect(throws: AttackError.self) {
      try AttackRecipe.fastGradient.attack(ThreatModel.lInfinity(1), [.decay: .number(1)])
    }
  }
}
