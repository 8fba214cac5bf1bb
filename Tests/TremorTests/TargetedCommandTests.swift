import ArrayFiles
import Foundation
import Networks
import Testing

/// Targets, criteria and nearest images on the command line.
@Suite struct TargetedCommandTests {
  private let place: Workplace
  private let model: String

  init() throws {
    place = try Workplace()
    model = try place.classifier()
  }

  private func attack(_ options: [String]) throws -> TremorProcess {
    try TremorProcess(
      ["attack", model, "digits", "--limit", "60", "--device", "cpu", "--json"] + options)
  }

  private func samples(_ run: TremorProcess) throws -> [[String: Any]] {
    try #require(run.json["samples"] as? [[String: Any]], "\(run.errors)")
  }

  @Test(arguments: ["next", "random", "least-likely", "3"]) func targetsAreReached(_ choice: String) throws {
    let run = try attack(["--eps", "1", "--targeted", choice, "--loss", "margin", "--steps", "20"])
    let samples = try samples(run)
    #expect((run.json["parameters"] as? [String: Any])?["targeted"] as? String == choice)
    for sample in samples {
      let (label, target) = (try #require(sample["label"] as? Int), try #require(sample["target"] as? Int))
      #expect(label != target && (0..<10).contains(target))
      if choice == "next" { #expect(target == (label + 1) % 10) }
      if choice == "3" { #expect(target == 3) }
      if sample["hasFallen"] as? Bool == true { #expect(sample["adversarialClass"] as? Int == target) }
    }
    #expect(samples.contains { $0["hasFallen"] as? Bool == true })
    if choice == "3" {
      #expect(samples.count < 60 && run.json["findings"].map { "\($0)".contains("left out") } == true)
    } else {
      #expect(samples.count == 60)
    }
    if choice == "random" { #expect(Set(samples.compactMap { $0["target"] as? Int }).count > 4) }
  }

  /// A sample's target is its own, whichever others are attacked.
  @Test(arguments: ["random", "least-likely"]) func targetsBelongToSamples(_ choice: String) throws {
    let all = try samples(try attack(["--eps", "0.1", "--targeted", choice]))
    let one = try samples(try attack(["--eps", "0.1", "--targeted", choice, "--indices", "41,7"]))
    #expect(one.compactMap { $0["target"] as? Int } == [41, 7].compactMap { all[$0]["target"] as? Int })
  }

  @Test func classesThatThereAreNotAreNamed() throws {
    let run = try attack(["--eps", "0.1", "--targeted", "cat"])
    #expect(run.status == 2 && run.errors.contains("there is no such class"), "\(run.errors)")
    #expect(try attack(["--eps", "0.1", "--top-k", "0"]).status == 1)
    #expect(try attack(["--eps", "0.1", "--confidence", "-1"]).status == 1)
    #expect(try attack(["--eps", "0.1", "--top-k", "10"]).errors.contains("first 10 of 10 classes"))
  }

  /// Of the first k more are right, and are left standing.
  @Test func criteriaAreTold() throws {
    let (one, three) = (
      try attack(["--eps", "0.1"]), try attack(["--eps", "0.1", "--top-k", "3", "--confidence", "0.5"])
    )
    let clean = [one, three].map { $0.json["cleanAccuracy"] as? Double ?? -1 }
    #expect(clean[0] < clean[1])
    let parameters = try #require(three.json["parameters"] as? [String: Any])
    #expect(parameters["topK"] as? Int == 3 && parameters["confidence"] as? Double == 0.5)
    #expect((one.json["parameters"] as? [String: Any])?["topK"] == nil)
  }

  /// The nearest images need no budget; budgets that are asked about are answered from the distances.
  @Test func nearestImagesGiveACurve() throws {
    let plain = try attack(["--attack", "ddn", "--steps", "30"])
    #expect(
      plain.status == 0 && plain.json["robustAccuracy"] == nil && plain.json["curve"] == nil,
      "\(plain.errors)")
    #expect((plain.json["parameters"] as? [String: Any])?["norm"] as? String == "l2")
    let correct = try samples(plain).filter { $0["isCleanCorrect"] as? Bool == true }
    let distances = correct.compactMap {
      $0["hasFallen"] as? Bool == true ? $0["distance"] as? Double : .infinity
    }
    let middle = distances.sorted()[distances.count / 2]
    let run = try attack(["--attack", "ddn", "--steps", "30", "--eps", "0,\(middle),50"])
    let curve = try #require(run.json["curve"] as? [[String: Any]])
    let robust = try curve.map { try #require($0["robust"] as? Int) }
    #expect(robust == [0, middle, 50].map { eps in distances.count { $0 > eps } })
    #expect(robust[0] == correct.count && robust[1] < robust[0] && robust[2] == 0)
    let text = try TremorProcess([
      "attack", model, "digits", "--limit", "60", "--device", "cpu", "--attack", "ddn", "--eps", "0.05",
    ])
    #expect(text.output.contains("ddn in l2, nearest image") && text.output.contains("within 0.05"))
    for options in [["--attack", "ddn", "--norm", "linf"], ["--attack", "pgd"]] {
      #expect(try attack(options).status == 1)
    }
  }

  @Test func imagesForATargetAreCountedWhereTheyArrive() throws {
    let other = try place.model("flat.onnx", Flatten(), Linear(10))
    let run = try TremorProcess([
      "transfer", "digits", "--limit", "60", "--device", "cpu", "--json", "--surrogates", model, "--targets",
      "\(other),\(model)", "--eps", "1", "--targeted", "2", "--loss", "margin",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let targets = try #require(run.json["targets"] as? [[String: Any]])
    for member in targets {
      let share = try #require((member["misclassified"] as? [String: Any])?["target"] as? [String: Any])
      let clean = try #require(run.json["common"] as? Int)
      #expect(share["of"] as? Int == clean && (share["count"] as? Int).map { $0 <= clean } == true)
    }
    let adversarial = try #require(targets[1]["adversarial"] as? [Int])
    #expect(adversarial.contains(2) && (run.json["labels"] as? [Int])?.contains(2) == false)
    #expect(
      try TremorProcess([
        "transfer", "digits", "--surrogates", model, "--targets", other, "--attack", "ddn", "--norm", "l2",
      ]).status == 1)
  }
}
