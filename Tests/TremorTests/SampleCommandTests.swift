import ArrayFiles
import Compute
import Foundation
import Networks
import Testing

/// What `predict`, `gradient`, `jacobian` and `attack` answer on the embedded digits.
@Suite struct SampleCommandTests {
  private let place: Workplace
  private let model: String

  init() throws {
    place = try Workplace()
    model = try place.classifier()
  }

  private func run(_ arguments: [String]) throws -> TremorProcess {
    let run = try TremorProcess(arguments + ["--device", "cpu"])
    #expect(run.status == 0, "\(run.errors)")
    return run
  }

  @Test func predictCountsAndStores() throws {
    let file = place.path("logits.npy")
    let run = try run(["predict", model, "digits", "--limit", "30", "--output", file, "--json"])
    #expect(run.errors.isEmpty)
    let logits = try NPYFile.read(file)
    #expect(logits.shape == [30, 10] && logits.element == .float32)
    let predictions = try #require(run.json["predictions"] as? [Int])
    let labels = try #require(run.json["labels"] as? [Int])
    for (sample, row) in predictions.enumerated() {
      let scores = logits.floats[(sample * 10)..<(sample * 10 + 10)]
      #expect(scores.max() == scores[sample * 10 + row])
    }
    let correct = zip(predictions, labels).count { $0 == $1 }
    #expect(run.json["correct"] as? Int == correct)
    #expect(run.json["accuracy"] as? Double == Double(correct) / 30)
    let seconds = try #require(run.json["seconds"] as? [String: Double])
    #expect(seconds.keys.sorted() == ["load", "predict", "prepare"])
    #expect((run.json["data"] as? [String: Any])?["samples"] as? Int == 30)
  }

  @Test(arguments: [
    (["predict"], "logits.npy", [6, 10]), (["gradient", "--loss", "ce"], "g.npy", [6, 1, 8, 8]),
    (["gradient", "--loss", "margin"], "g.npy", [6, 1, 8, 8]),
    (["gradient", "--loss", "dlr"], "g.npy", [6, 1, 8, 8]), (["jacobian"], "j.npy", [6, 10, 64]),
  ])
  func theBatchChangesNoByte(_ command: [String], _ name: String, _ shape: [Int]) throws {
    let file = place.path(name)
    var contents: Set<Data> = []
    for batch in ["1", "4", "7", "auto"] {
      _ = try run(
        command + [model, "digits", "--limit", "6", "--output", file, "--batch", batch])
      contents.insert(try Data(contentsOf: URL(filePath: file)))
    }
    #expect(contents.count == 1)
    #expect(try NPYFile.read(file).shape == shape)
    #expect(place.files == ["classifier.onnx", name])
  }

  /// All commands that compute take `exact`, say so, and come close to what they say otherwise.
  @Test(arguments: [
    ["predict", "--output"], ["gradient", "--loss", "ce", "--output"], ["jacobian", "--output"],
    ["attack", "--steps", "2", "--eps", "0.1", "--norm", "linf", "--attack", "pgd", "--save-adversarial"],
  ])
  func exactIsSaidAndComputed(_ command: [String]) throws {
    var found: [[Float]] = []
    for precision in ["float32", "exact"] {
      let file = place.path("\(precision).npy")
      let arguments = command + [file, model, "digits", "--limit", "6", "--precision", precision, "--quiet"]
      let json = try run(arguments + ["--json"]).json
      #expect((json["device"] as? [String: Any])?["precision"] as? String == precision)
      #expect(try run(arguments).output.contains("(--precision exact)") == (precision == "exact"))
      found.append(try NPYFile.read(file).floats)
    }
    let largest = found[0].map { abs($0) }.max() ?? 0
    // An attack follows signs of gradients, which may differ near 0.
    let tolerance = command[0] == "attack" ? 0.2 : 1e-3 * largest
    #expect(zip(found[0], found[1]).allSatisfy { abs($0 - $1) <= tolerance })
  }

  @Test func theGradientIsMinusTheJacobianRowsAtZeroMargin() throws {
    let (g, j) = (place.path("g.npy"), place.path("j.npy"))
    let predicted = try run([
      "gradient", model, "digits", "--loss", "margin", "--limit", "5", "--output", g, "--json",
    ])
    _ = try run(["jacobian", model, "digits", "--limit", "5", "--output", j])
    let logits = place.path("l.npy")
    _ = try run(["predict", model, "digits", "--limit", "5", "--output", logits])
    let (gradient, jacobian) = (try NPYFile.read(g).floats, try NPYFile.read(j).floats)
    let scores = try NPYFile.read(logits).floats
    let labels = try #require(predicted.json["labels"] as? [Int])
    for (sample, label) in labels.enumerated() {
      let rivals = (0..<10).filter { $0 != label }
      let rival = try #require(rivals.max { scores[sample * 10 + $0] < scores[sample * 10 + $1] })
      for pixel in 0..<64 {
        let expected =
          jacobian[(sample * 10 + rival) * 64 + pixel] - jacobian[(sample * 10 + label) * 64 + pixel]
        #expect(abs(gradient[sample * 64 + pixel] - expected) < 1e-5)
      }
    }
  }

  @Test(arguments: ["linf", "l2"])
  func attacksStayWithinTheBudget(_ norm: String) throws {
    let file = place.path("a.npy")
    let arguments = [
      "attack", model, "digits:train", "--attack", "pgd", "--norm", norm, "--eps", "1/4", "--steps", "5",
      "--limit", "60", "--save-adversarial", file, "--json",
    ]
    let run = try run(arguments)
    let parameters = try #require(run.json["parameters"] as? [String: Any])
    #expect((parameters["eps"] as? [String: Any])?["text"] as? String == "1/4")
    #expect((parameters["alpha"] as? [String: Any])?["value"] as? Double == 1.0 / 16)
    #expect(parameters["steps"] as? Int == 5 && parameters["norm"] as? String == norm)
    let counts = try #require(run.json["counts"] as? [String: Int])
    #expect(counts["samples"] == 60)
    #expect((counts["fallen"] ?? 0) + (counts["robust"] ?? 0) == counts["cleanCorrect"])
    let samples = try #require(run.json["samples"] as? [[String: Any]])
    #expect(samples.count == 60)
    #expect(samples.allSatisfy { ($0["distance"] as? Double ?? 1) <= 0.25 })
    let seconds = try #require(run.json["seconds"] as? [String: Double])
    #expect(seconds.keys.sorted() == ["attack", "load", "predict", "prepare"])
    let images = try NPYFile.read(file)
    #expect(images.shape == [60, 1, 8, 8])
    #expect(images.floats.allSatisfy { (0...1).contains($0) })

    let first = try Data(contentsOf: URL(filePath: file))
    _ = try self.run(arguments + ["--batch", "7"])
    #expect(try Data(contentsOf: URL(filePath: file)) == first)
  }

  @Test func namesOfOtherLibrariesAreUnderstood() throws {
    let plain = try run([
      "attack", model, "digits", "--norm", "linf", "--eps", "0.1", "--alpha", "0.02", "--steps", "3",
      "--limit", "20", "--json",
    ])
    let other = try run([
      "attack", model, "digits", "--norm", "Linf", "--epsilon", "0.1", "--step-size", "0.02", "--iterations",
      "3", "--limit", "20", "--json", "--batch-size", "5",
    ])
    #expect(plain.json["samples"] as? NSArray == other.json["samples"] as? NSArray)
  }

  @Test func optionsWithoutEffectAreSaid() throws {
    let arguments = [
      "attack", model, "digits", "--attack", "fgsm", "--eps", "0.1", "--limit", "5", "--steps", "9",
    ]
    let run = try run(arguments + ["--json"])
    let warnings = try #require(run.json["findings"] as? [[String: Any]])
    #expect(
      warnings.contains {
        $0["kind"] as? String == "ineffective" && ($0["message"] as? String)?.contains("--steps") == true
      })
    #expect(run.complainsOnce)
    #expect(try self.run(arguments + ["--quiet"]).errors.isEmpty)
  }

  @Test(arguments: [["predict"], ["gradient"], ["jacobian"], ["attack", "--eps", "0.1"]])
  func probabilitiesAreSaid(_ command: [String]) throws {
    let model = try place.model("softmax.onnx", Flatten(), Linear(10), Softmax())
    let run = try run(command + [model, "digits", "--limit", "5", "--json"])
    let warnings = try #require(run.json["findings"] as? [[String: Any]])
    #expect(warnings.contains { $0["kind"] as? String == "probabilities" })
    #expect(run.errors.contains("probabilities"))
  }

  @Test func imagesAreFlattenedForAPerceptron() throws {
    let perceptron = try place.model("perceptron.onnx", Linear(10), input: [64])
    let file = place.path("g.npy")
    let run = try run(["gradient", perceptron, "digits", "--limit", "3", "--output", file, "--json"])
    #expect((run.json["data"] as? [String: Any])?["layout"] as? String == "reshaped")
    let findings = try #require(run.json["findings"] as? [[String: Any]])
    #expect(findings.map { $0["kind"] as? String } == ["layout"] && run.complainsOnce, "\(run.errors)")
    #expect(try NPYFile.read(file).shape == [3, 64])
  }

  @Test func textIsForPeople() throws {
    let run = try run(["attack", model, "digits", "--eps", "8/255", "--limit", "10"])
    for word in ["model", "clean", "robust", "within 8/255, alpha 2/255", "passes"] {
      #expect(run.output.contains(word), "\(run.output)")
    }
  }
}
