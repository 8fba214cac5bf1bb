import Foundation
import Testing

/// Options that attacks declare.
@Suite struct SettingOptionTests {
  private func attack(_ options: [String]) throws -> TremorProcess {
    let place = try Workplace()
    let arguments = [
      "attack", try place.classifier(), "digits", "--limit", "8", "--eps", "8/255", "--device", "cpu",
    ]
    return try TremorProcess(arguments + options)
  }

  @Test func momentumHasItsSettings() throws {
    let run = try attack([
      "--attack", "mi-fgsm", "--decay", "0.5", "--steps=3", "--step-size", "0.5eps", "--json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let parameters = try #require(run.json["parameters"] as? [String: Any])
    #expect(parameters["attack"] as? String == "mi-fgsm" && parameters["steps"] as? Int == 3)
    #expect((parameters["settings"] as? [String: Any])?["decay"] as? Double == 0.5)
    let alpha = try #require((parameters["alpha"] as? [String: Any])?["value"] as? Double)
    #expect(abs(alpha - 4.0 / 255) < 1e-15)
    let text = try attack(["--attack", "mim", "--momentum", "0.5"])
    #expect(text.output.contains("decay 0.5"), "\(text.output)")
  }

  @Test func whatHasNoEffectIsSaid() throws {
    let run = try attack(["--attack", "pgd", "--decay", "0.5", "--steps", "2"])
    #expect(
      run.status == 0 && run.errors.contains("--decay has no effect on the attack pgd"), "\(run.errors)")
  }

  @Test func misspeltSettingsNameTheNearest() throws {
    for (option, near) in [("--decya", "--decay"), ("--step-sise", "--step-size")] {
      let run = try attack([option, "1"])
      #expect(run.status == 1 && run.errors.contains("'\(near)'"), "\(run.errors)")
    }
    let missing = try attack(["--decay"])
    #expect(
      missing.status == 1 && missing.errors.contains("--decay: a value is missing"), "\(missing.errors)")
  }

  @Test func flagsTakeYesAndNo() throws {
    for option in [["--no-random-start"], ["--random-start", "--no-rand-init"], ["--random-start=no"]] {
      let run = try attack(option + ["--steps", "2", "--json"])
      let parameters = try #require(run.json["parameters"] as? [String: Any], "\(run.errors)")
      #expect(parameters["randomStart"] as? Bool == false)
    }
  }

  @Test func theListShowsAllThatCanBeChosen() throws {
    let run = try TremorProcess(["list", "--json"])
    let attacks = try #require(run.json["attacks"] as? [[String: Any]], "\(run.errors)")
    let momentum = try #require(attacks.first { $0["name"] as? String == "mi-fgsm" })
    let settings = try #require(momentum["settings"] as? [[String: Any]])
    #expect(settings.contains { $0["option"] as? String == "--decay" && $0["default"] as? Double == 1 })
    #expect(run.json["losses"] != nil && run.json["norms"] != nil)
    #expect(try TremorProcess(["list", "mim"]).output.contains("--decay"))
    #expect(try TremorProcess(["list", "magic"]).status == 1)
    let help = try TremorProcess(["attack", "--help"]).output
    for option in ["--steps", "--alpha", "--decay", "--random-start", "mi-fgsm"] {
      #expect(help.contains(option))
    }
  }
}
