import ArrayFiles
import Foundation
import Networks
import Testing

/// `tremor transfer`: images crafted on some models, judged by others.
@Suite struct TransferCommandTests {
  private let place: Workplace
  private let models: [String]

  init() throws {
    let place = try Workplace()
    self.place = place
    let made = [
      try place.model("wide.onnx", Flatten(), Linear(32), Activation.relu, Linear(10)),
      try place.classifier(), try place.model("flat.onnx", Flatten(), Linear(10)),
    ]
    models = made
  }

  private func run(
    _ surrogates: [String], _ targets: [String], _ options: [String] = []
  ) throws -> TremorProcess {
    let chosen = options.contains("--eps") ? [] : ["--eps", "0.2"]
    return try TremorProcess(
      [
        "transfer", "digits", "--surrogates", surrogates.joined(separator: ","), "--targets",
        targets.joined(separator: ","), "--limit", "40", "--device", "cpu", "--attack", "mi-fgsm",
      ] + chosen + options)
  }

  private func member(_ json: [String: Any], _ role: String, _ index: Int) throws -> [String: Any] {
    try #require((json[role] as? [[String: Any]])?[index])
  }

  private func share(_ member: [String: Any], _ kind: String) throws -> (count: Int, of: Int) {
    let share = try #require((member["misclassified"] as? [String: Any])?[kind] as? [String: Any])
    return (try #require(share["count"] as? Int), try #require(share["of"] as? Int))
  }

  /// Where surrogate and target are one, transfer is the white-box attack.
  @Test func aSurrogateIsItsOwnTarget() throws {
    let transfer = try run([models[0]], [models[0]], ["--json"])
    #expect(transfer.status == 0, "\(transfer.errors)")
    let attack = try TremorProcess([
      "attack", models[0], "digits", "--limit", "40", "--device", "cpu", "--attack", "mi-fgsm", "--eps",
      "0.2",
      "--no-early-stop", "--json",
    ])
    let counts = try #require(attack.json["counts"] as? [String: Int])
    for role in ["surrogates", "targets"] {
      let common = try share(member(transfer.json, role, 0), "common")
      #expect(common.of == counts["cleanCorrect"] && common.count == counts["fallen"])
      let fooled = try share(member(transfer.json, role, 0), "fooled")
      #expect(fooled.count == counts["fallen"] && fooled.of == counts["fallen"])
    }
    #expect(
      try member(transfer.json, "targets", 0)["cleanAccuracy"] as? Double == attack.json["cleanAccuracy"]
        as? Double)
  }

  /// The shares are those of the predictions that are told.
  @Test(arguments: ["logits", "probabilities"]) func sharesFollowFromPredictions(_ ensemble: String) throws {
    let run = try run(Array(models[..<2]), [models[2]], ["--json", "--ensemble", ensemble])
    #expect(run.status == 0, "\(run.errors)")
    let labels = try #require(run.json["labels"] as? [Int])
    let members = try [
      member(run.json, "surrogates", 0), member(run.json, "surrogates", 1), member(run.json, "targets", 0),
    ]
    let clean = try members.map { try #require($0["clean"] as? [Int]) }
    let common = labels.indices.filter { sample in clean.allSatisfy { $0[sample] == labels[sample] } }
    #expect(run.json["common"] as? Int == common.count)
    for (member, clean) in zip(members, clean) {
      let adversarial = try #require(member["adversarial"] as? [Int])
      let wrong = labels.indices.filter { adversarial[$0] != labels[$0] }
      #expect(try share(member, "all") == (wrong.count, labels.count))
      #expect(try share(member, "common") == (Set(wrong).intersection(common).count, common.count))
      let correct = labels.indices.filter { clean[$0] == labels[$0] }
      #expect(try share(member, "correct") == (Set(wrong).intersection(correct).count, correct.count))
    }
    let passes = try #require(run.json["passes"] as? [String: Int])
    // Every sample, whatever the surrogates say of it, is attacked for all steps.
    #expect(passes["forward"] == 40 * 11 && passes["backward"] == 40 * 10)
  }

  @Test func resultsDependOnNoBatchAndAreStored() throws {
    let file = place.path("found.npz")
    let whole = try run([models[0]], [models[1]], ["--json", "--save-adversarial", file])
    let parts = try run([models[0]], [models[1]], ["--json", "--batch", "7"])
    for role in ["surrogates", "targets"] {
      let (a, b) = (try member(whole.json, role, 0), try member(parts.json, role, 0))
      #expect(a["adversarial"] as? [Int] == b["adversarial"] as? [Int])
    }
    // What was stored gives the target's answers again.
    let again = try TremorProcess(["predict", models[1], "npz:\(file)", "--device", "cpu", "--json"])
    #expect(
      again.json["predictions"] as? [Int] == (try member(whole.json, "targets", 0))["adversarial"] as? [Int])
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let other = try place.model("other.onnx", Flatten(), Linear(7))
    let classes = try run([models[0]], [other])
    #expect(classes.status == 2 && classes.errors.contains("other.onnx"), "\(classes.errors)")
    let budgets = try run([models[0]], [models[1]], ["--eps", "0.1,0.2"])
    #expect(budgets.status == 1 && budgets.errors.contains("--eps"), "\(budgets.errors)")
    let missing = try run([models[0]], ["nowhere.onnx"])
    #expect(missing.status == 2 && missing.errors.contains("nowhere.onnx"), "\(missing.errors)")
    let text = try run(Array(models[..<2]), [models[2]])
    #expect(text.status == 0 && text.output.contains("Misclassified afterwards"), "\(text.errors)")
  }
}
