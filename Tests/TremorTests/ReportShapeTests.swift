import Foundation
import Testing

/// `--json` has one shape: what every answer begins with, nothing that is null, and digests of model and data.
@Suite struct ReportShapeTests {
  private let place: Workplace
  private let model: String

  init() throws {
    place = try Workplace()
    model = try place.classifier()
  }

  private func hasNull(_ value: Any) -> Bool {
    switch value {
    case is NSNull: true
    case let list as [Any]: list.contains { hasNull($0) }
    case let object as [String: Any]: object.values.contains { hasNull($0) }
    default: false
    }
  }

  @Test func allCommandsAnswerAlike() throws {
    let device = ["--device", "cpu", "--threads", "1"]
    let samples = ["digits", "--limit", "4"] + device
    let input = place.path("images.npy")
    _ = try place.data([1, 1, 8, 8], labels: [0])
    let commands: [[String]] = [
      ["inspect", model], ["run", model, input, "--output-dir", place.folder.path] + device,
      ["predict", model] + samples, ["gradient", model] + samples, ["jacobian", model] + samples,
      ["attack", model, "--eps", "0.1"] + samples, ["attack", model, "--eps", "0,0.1,0.2"] + samples,
      ["attack", model, "--eps", "8", "--attack", "fgsm"] + samples, ["devices"] + device,
      ["transfer", "--surrogates", model, "--targets", model, "--eps", "0.1"] + samples, ["list"],
      ["self-test", "--only", "sum"] + device,
      ["bench", "--model", model, "--what", "forward", "--repetitions", "1", "--batch", "2"] + device,
      ["tune", "--model", model, "--what", "forward", "--seconds", "0.1", "--batch", "2"] + device,
      ["demo", "--epochs", "1", "--steps", "1"] + device,
    ]
    let digest = try #require(try sha256(model))
    for command in commands {
      let run = try TremorProcess(command + ["--json", "--quiet"], environment: ["TREMOR_CACHE": "off"])
      #expect(run.status == 0, "\(command): \(run.errors)")
      #expect(run.json["command"] as? String == command[0])
      #expect(run.json["version"] as? String == "0.1.0", "\(command)")
      let date = run.json["date"] as? String ?? ""
      #expect(
        (try? Date(date, strategy: .iso8601)).map { abs($0.timeIntervalSinceNow) < 600 } == true, "\(date)")
      for finding in try #require(run.json["findings"] as? [[String: Any]], "\(command)") {
        #expect(finding["kind"] is String && finding["message"] is String)
      }
      #expect(!hasNull(run.json), "\(command)")
      if !["inspect", "devices", "demo", "list"].contains(command[0]) {
        let device = try #require(run.json["device"] as? [String: Any], "\(command)")
        #expect(Set(device.keys) == ["name", "title", "kind", "kernels", "units", "precision"], "\(command)")
      }
      if command.contains(model), command[0] != "transfer" {
        #expect((run.json["model"] as? [String: Any])?["sha256"] as? String == digest, "\(command)")
      }
      if command.contains("digits") {
        #expect(((run.json["data"] as? [String: Any])?["sha256"] as? String)?.count == 64, "\(command)")
      }
    }
  }

  /// What the system's own tool says.
  private func sha256(_ path: String) throws -> String? {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sha256sum", path]
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: " ").first.map(String.init)
  }

  @Test func theDigestOfDataBelongsToTheSamples() throws {
    func digest(_ limit: String, _ data: String = "digits") throws -> String? {
      let run = try TremorProcess(["predict", model, data, "--limit", limit, "--device", "cpu", "--json"])
      return (run.json["data"] as? [String: Any])?["sha256"] as? String
    }
    let first = try #require(try digest("5"))
    #expect(try digest("5") == first && digest("6") != first && digest("5", "digits:train") != first)
  }

  /// Predicted classes, and the list of several budgets is what each of them gives where nothing fell before.
  @Test func severalBudgetsAreAList() throws {
    let rest = ["digits:train", "--limit", "40", "--steps", "3", "--device", "cpu", "--json"]
    let several = try TremorProcess(["attack", model, "--eps", "1/255,0.1,0.4"] + rest)
    #expect(several.status == 0, "\(several.errors)")
    let results = try #require(several.json["results"] as? [[String: Any]])
    #expect(results.count == 3 && several.json["robustAccuracy"] == nil)
    let single = try TremorProcess(["attack", model, "--eps", "1/255"] + rest)
    #expect(results[0]["samples"] as? NSArray == single.json["samples"] as? NSArray)
    let accuracies = results.compactMap { $0["robustAccuracy"] as? Double }
    #expect(accuracies.count == 3 && accuracies == accuracies.sorted(by: >), "\(accuracies)")
    for sample in results.flatMap({ $0["samples"] as? [[String: Any]] ?? [] }) {
      let (label, clean) = (sample["label"] as? Int, sample["cleanClass"] as? Int)
      #expect((clean == label) == (sample["isCleanCorrect"] as? Bool))
      let adversarial = try #require(sample["adversarialClass"] as? Int)
      #expect((adversarial != label) == (sample["hasFallen"] as? Bool == true || clean != label))
    }
    let text = try TremorProcess(["attack", model, "--eps", "1/255,0.1"] + rest.dropLast())
    for word in ["within 1/255, 0.1", "robust %", "1/255   1/1020"] {
      #expect(text.output.contains(word) || word.contains("1020"), "\(text.output)")
    }
    let shrinking = try TremorProcess(["attack", model, "--eps", "0.1,1/255"] + rest)
    #expect(shrinking.status == 1 && shrinking.errors.contains("smallest first"), "\(shrinking.errors)")
  }
}
