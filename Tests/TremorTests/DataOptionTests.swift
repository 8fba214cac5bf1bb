import ArrayFiles
import Compute
import Foundation
import Networks
import Testing

/// The options that choose and convert data mean the same for every command.
@Suite struct DataOptionTests {
  private let place: Workplace
  private let layers: [any Layer] = [Convolution(4, kernel: 3), Activation.relu, Flatten(), Linear(10)]

  init() throws { place = try Workplace() }

  private func run(_ arguments: [String]) throws -> TremorProcess {
    let run = try TremorProcess(arguments + ["--device", "cpu", "--json"])
    guard run.status == 0 else { throw CommandFailed(run.errors) }
    return run
  }

  private struct CommandFailed: Error, CustomStringConvertible {
    let description: String
    init(_ text: String) { description = text }
  }

  /// The array that a command writes.
  private func array(_ command: [String], _ model: String, _ data: [String]) throws -> [Float] {
    let file = place.path("out.npy")
    _ = try run(command + [model] + data + ["--output", file])
    return try NPYFile.read(file).floats
  }

  private func model(_ name: String, behind first: any Layer) throws -> String {
    // The same layers have the same weights: their values depend on their names, which the wrapper keeps.
    try place.model(name, Behind(first: first, network: Sequential(layers)))
  }

  private func isClose(_ left: [Float], _ right: [Float]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) }
  }

  @Test(arguments: [
    (["--range", "0..255"], 0.0, 255.0, 0.0, 1.0), (["--range", "-1..1"], -1, 1, 0, 1),
    (["--normalize", "0.13:0.31"], 0, 1, 0.13, 0.31),
    (["--range", "0..255", "--normalize", "33:79"], 0, 255, 33, 79),
  ])
  func whatStandsInFrontOfTheModelChangesNoUnit(
    _ options: [String], _ low: Double, _ high: Double, _ mean: Double, _ deviation: Double
  ) throws {
    let plain = try model("plain.onnx", behind: Scale(factor: 1))
    // The inverse of what the options do, as a part of the model.
    let inverse = Inverse(low: low, high: high, mean: mean, deviation: deviation)
    let ranged = try model("ranged.onnx", behind: inverse)
    let data = ["digits", "--limit", "12"]
    for command in [["predict"], ["gradient"], ["jacobian"]] {
      let expected = try array(command, plain, data)
      #expect(isClose(try array(command, ranged, data + options), expected), "\(command)")
    }
    let attack = ["digits", "--limit", "12", "--eps", "8/255", "--steps", "4"]
    let (left, right) = (
      try run(["attack", plain] + attack), try run(["attack", ranged] + attack + options)
    )
    #expect(left.json["counts"] as? NSDictionary == right.json["counts"] as? NSDictionary)
    let samples = try #require(right.json["samples"] as? [[String: Any]])
    #expect(samples.allSatisfy { ($0["distance"] as? Double ?? 1) <= 8.0 / 255 })
    let report = try #require((right.json["model"] as? [String: Any])?["preprocessing"] as? [String: Any])
    #expect(report["range"] as? [Double] == [low, high])
  }

  @Test func arraysAreGivenInTheRangeOfTheModelOrTheirOwn() throws {
    let plain = try place.model("plain.onnx", Flatten(), Linear(10))
    let pixels = (0..<128).map { Float($0 % 17) / 16 }
    let expected = try array(
      ["predict"], plain, [try place.data([2, 1, 8, 8], labels: [1, 2]) { pixels[$0] }])
    let signed = try place.data([2, 1, 8, 8], labels: [1, 2]) { pixels[$0] * 2 - 1 }
    #expect(isClose(try array(["predict"], plain, [signed, "--data-range", "-1..1"]), expected))
    let data = try place.data([2, 1, 8, 8], labels: [1, 2]) { pixels[$0] }
    let run = try run(["predict", plain, data, "--range", "0..255"])
    #expect(run.errors.contains("say --data-range 0..1"))
    let outside = try place.data([2, 1, 8, 8], labels: [1, 2]) { pixels[$0] * 2 - 1 }
    let wrong = try TremorProcess(["predict", plain, outside, "--range", "0..1"])
    #expect(
      wrong.status == 2 && wrong.errors.contains("sample 0: element 0 is -1.0, outside the range 0.0...1.0"))
  }

  @Test func chosenSamplesAreThoseOfTheWhole() throws {
    let model = try place.classifier()
    let whole = try array(["predict"], model, ["digits"])
    let list = place.path("list.txt")
    try Data("7 3\n20-22,\n".utf8).write(to: URL(filePath: list))
    for text in ["7,3,20-22", list] {
      let some = try array(["predict"], model, ["digits", "--indices", text])
      let expected: [Float] = [7, 3, 20, 21, 22].flatMap { (sample: Int) in
        Array(whole[(sample * 10)..<(sample * 10 + 10)])
      }
      #expect(some == expected)
    }
    let report = try run(["predict", model, "digits", "--class", "3", "--class", "5", "--limit", "9"])
    let labels = try #require(report.json["labels"] as? [Int])
    #expect(labels.count == 9 && Set(labels) == [3, 5])
    let indices = try #require((report.json["data"] as? [String: Any])?["indices"] as? [Int])
    #expect(indices == indices.sorted() && indices.count == 9)
  }

  @Test func anAttackOnChosenSamplesIsThatOnTheWhole() throws {
    let model = try place.classifier()
    let options = ["--eps", "0.1", "--steps", "3"]
    let whole = try run(["attack", model, "digits", "--limit", "20"] + options)
    let some = try run(["attack", model, "digits", "--indices", "4,11,17"] + options)
    let all = try #require(whole.json["samples"] as? [NSDictionary])
    #expect(some.json["samples"] as? [NSDictionary] == [all[4], all[11], all[17]])
  }

  @Test func storedImagesWithLabelsAreDataForAnotherModel() throws {
    let (model, file) = (try place.classifier(), place.path("adv.npz"))
    let attack = try run([
      "attack", model, "digits", "--indices", "3-60", "--eps", "0.2", "--save-adversarial", file,
    ])
    let archive = try NPZArchive(file)
    #expect(archive.names == ["images", "labels", "indices"])
    #expect(try archive.array("indices").integers == (3...60).map { Int64($0) })
    let judged = try run(["predict", model, "npz:\(file)"])
    let counts = try #require(attack.json["counts"] as? [String: Int])
    #expect(judged.json["correct"] as? Int == counts["robust"])
    #expect(try #require(counts["fallen"]) > 0)
  }

  @Test func channelsMayComeLast() throws {
    let model = try place.model(
      "rgb.onnx", Convolution(4, kernel: 3), Flatten(), Linear(10), input: [3, 8, 8])
    let pixels = (0..<384).map { Float(($0 * 7) % 97) / 96 }
    let expected = try array(
      ["predict"], model, [try place.data([2, 3, 8, 8], labels: [0, 1]) { pixels[$0] }])
    let last = try place.data([2, 8, 8, 3], labels: [0, 1]) { index in
      let (sample, place, channel) = (index / 192, index % 192 / 3, index % 3)
      return pixels[sample * 192 + channel * 64 + place]
    }
    #expect(try array(["predict"], model, [last, "--layout", "nhwc"]) == expected)
    let refused = try TremorProcess(["predict", model, last])
    #expect(refused.status == 2 && refused.errors.contains("say --layout nhwc"))
  }

  @Test func argumentsWithoutSenseAreMisuse() throws {
    let base = ["predict", "m.onnx", "digits"]
    for (option, values) in [
      "--range": ["1..0", "0..", "a..b", "5", "0..nan", "0..inf", "1..1"], "--data-range": ["x"],
      "--normalize": ["1", "1:0", "1,2:1", ":", "a:b", "1:-1", "nan:1"], "--layout": ["hwcn"],
      "--resize": ["0", "-1", "x", "100000"], "--crop": ["0", "-3"],
      "--indices": ["", "3-1", "1,1", "-1", "0-99999999999"],
    ] {
      for value in values {
        let run = try TremorProcess(base + [option, value])
        #expect(run.status == 1 && run.errors.contains(option), "\(option) \(value): \(run.errors)")
      }
    }
    let run = try TremorProcess(base + ["--resize", "8", "--crop", "9"])
    #expect(run.status == 1 && run.errors.contains("--crop 9"))
    let model = try place.classifier()
    for (options, words) in [
      (["--indices", "500"], "there is no sample 500"), (["--class", "x"], "--classes"),
      (["--class", "10"], "no sample has the class '10'"), (["--layout", "nchw"], "--layout is for arrays"),
      (["--resize", "4"], "are for image files"), (["--indices", "nowhere.txt"], "nowhere.txt"),
      (["--normalize", "1,2,3:1,1,1"], "--normalize has 3 means"),
    ] {
      let run = try TremorProcess(["predict", model, "digits"] + options)
      #expect(run.status == 2 && run.errors.contains(words) && run.complainsOnce, "\(run.errors)")
    }
  }

  @Test func everyCommandOnSamplesHasTheOptions() throws {
    for command in ["predict", "gradient", "jacobian", "attack"] {
      let help = try TremorProcess([command, "--help"]).output
      for option in [
        "indices", "class", "classes", "layout", "resize", "crop", "range", "data-range", "normalize",
      ] {
        #expect(help.contains("--\(option) <"), "\(command) --\(option)")
      }
    }
  }
}

/// A network behind a layer that has no parameters, with the parameters it has alone.
private struct Behind: Layer {
  let first: any Layer
  let network: Sequential

  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    network(first(input, scope), scope)
  }
}

/// Takes back what a range and a normalisation do.
private struct Inverse: Layer {
  let low, high, mean, deviation: Double

  func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor {
    (input * deviation + mean - low) * (1 / (high - low))
  }
}
