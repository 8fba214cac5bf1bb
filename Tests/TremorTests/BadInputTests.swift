import ArrayFiles
import Compute
import Foundation
import Networks
import Testing

@Suite struct BadInputTests {
  private let place = try? Workplace()

  /// Runs a command that must fail with this exit code and say these words in one line.
  private func refuses(
    _ status: Int32, _ words: [String], _ arguments: [String],
    location: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let before = place?.files
    let run = try TremorProcess(arguments + ["--device", "cpu"])
    #expect(run.status == status, "\(run.errors)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    #expect(run.complainsOnce, "\(run.errors)", sourceLocation: location)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: location) }
    #expect(place?.files == before, "something was left behind", sourceLocation: location)
  }

  private static let commands = [
    ["predict"], ["gradient"], ["jacobian"], ["attack", "--eps", "8/255"],
  ]

  @Test(arguments: commands)
  func missingFilesAreNamed(_ command: [String]) throws {
    let place = try #require(place)
    try refuses(2, ["nowhere.onnx"], command + ["nowhere.onnx", "digits"])
    let model = try place.classifier()
    try refuses(2, ["/nowhere"], command + [model, "cifar10:/nowhere"])
    try refuses(2, ["nowhere.npz"], command + [model, "npz:nowhere.npz"])
    try refuses(1, ["'imagenet:x'", "unknown data set", "cifar10:DIR"], command + [model, "imagenet:x"])
    try refuses(1, ["'cifar10'", "cifar10:DIR"], command + [model, "cifar10"])
    try Data("no model".utf8).write(to: URL(filePath: place.path("text.onnx")))
    try refuses(2, ["text.onnx"], command + [place.path("text.onnx"), "digits"])
  }

  @Test(arguments: commands)
  func samplesOfAnotherShapeAreRefused(_ command: [String]) throws {
    let place = try #require(place)
    let model = try place.model("rgb.onnx", Flatten(), Linear(10), input: [3, 8, 8])
    try refuses(2, ["float32[500, 1, 8, 8]", "float32[N, 3, 8, 8]"], command + [model, "digits"])
    let grey = try place.classifier()
    let channelsLast = try place.data([2, 8, 8, 1], labels: [0, 1])
    try refuses(2, ["float32[2, 8, 8, 1]", "float32[N, 1, 8, 8]"], command + [grey, channelsLast])
  }

  @Test(arguments: commands)
  func labelsThatAreNoClassesAreRefused(_ command: [String]) throws {
    let place = try #require(place)
    let model = try place.classifier()
    try refuses(
      2, ["sample 1", "label 10", "0..<10"],
      command + [model, try place.data([2, 1, 8, 8], labels: [9, 10])])
    try refuses(
      2, ["sample 0", "label -1"], command + [model, try place.data([2, 1, 8, 8], labels: [-1, 1])])
    try refuses(2, ["3", "2"], command + [model, try place.data([2, 1, 8, 8], labels: [1, 1, 1])])
  }

  @Test(arguments: commands)
  func numbersThatAreNotFiniteAreRefused(_ command: [String]) throws {
    let place = try #require(place)
    let model = try place.classifier()
    let broken = try place.data([3, 1, 8, 8], labels: [0, 1, 2]) { $0 == 70 ? .nan : 0.5 }
    try refuses(2, ["sample 1", "element 6", "nan"], command + [model, broken])
    let loud = try place.model("loud.onnx", Flatten(), Scale(factor: 1_000), Exponential(), Linear(10))
    let data = try place.data([3, 1, 8, 8], labels: [0, 1, 2]) { _ in 0.5 }
    try refuses(2, ["loud.onnx", "sample 0", "not finite"], command + [loud, data])
  }

  /// One sample without finite outputs costs itself.
  @Test(arguments: commands) func aSampleWithoutFiniteOutputsCostsItself(_ command: [String]) throws {
    let place = try #require(place)
    let loud = try place.model("loud.onnx", Flatten(), Scale(factor: 1_000), Exponential(), Linear(10))
    let data = try place.data([3, 1, 8, 8], labels: [0, 1, 2]) { $0 < 128 ? 0 : 0.5 }
    let run = try TremorProcess(command + [loud, data, "--json", "--device", "cpu"])
    #expect(run.status == 0, "\(run.errors)")
    let findings = run.json["findings"] as? [[String: Any]] ?? []
    let finding = try #require(findings.first { $0["kind"] as? String == "nonFiniteLogits" }, "\(run.output)")
    #expect(finding["samples"] as? Int == 1)
    guard let predictions = run.json["predictions"] as? [Any] else { return }
    #expect(predictions.count == 3 && predictions[2] is NSNull && !(predictions[0] is NSNull))
    #expect((finding["message"] as? String)?.contains("sample 2 of") == true, "\(finding)")
  }

  @Test(arguments: commands)
  func modelsThatAreNoClassifiersAreRefused(_ command: [String]) throws {
    let place = try #require(place)
    try refuses(
      2, ["float32[1, 4, 6, 6]", "tremor run"],
      command + [try place.model("filter.onnx", Convolution(4, kernel: 3)), "digits"])
    try refuses(
      2, ["outside 0..<2"],
      command + [try place.model("one.onnx", Flatten(), Linear(1)), "digits"])
  }

  @Test(arguments: [
    ["predict", "--output"], ["gradient", "--output"], ["jacobian", "--output"],
    ["attack", "--eps", "0.1", "--save-adversarial"],
  ])
  func outputsThatCannotBeWrittenAreFoundFirst(_ command: [String]) throws {
    // The model does not exist either, so only a check before everything else can speak of the output.
    for path in ["/nowhere/x.npy", "/dev/null", FileManager.default.temporaryDirectory.path] {
      try refuses(2, [path, "cannot be written"], command + [path, "nowhere.onnx", "digits"])
    }
  }

  @Test func argumentsWithoutSenseAreMisuse() throws {
    let base = ["attack", "m.onnx", "digits"]
    try refuses(1, ["--eps"], base)
    for (size, reason) in [
      ("-1", "negative"), ("-8/255", "negative"), ("nan", "number"), ("abc", "number"), ("8/0", "0"),
      ("inf", "number"), ("1/2/3", "'/'"), ("", "number"),
    ] { try refuses(1, ["eps", reason], base + ["--eps", size]) }
    let eps = base + ["--eps", "8/255"]
    try refuses(1, ["--alpha", "negative"], eps + ["--alpha", "-2/255"])
    for option in ["--steps", "--restarts", "--limit", "--batch"] {
      try refuses(1, [option], eps + [option, "0"])
      try refuses(1, [option, "-1"], eps + [option, "-1"])
      try refuses(1, [option], eps + [option, "many"])
    }
    try refuses(1, ["l7", "linf, l2"], eps + ["--norm", "l7"])
    try refuses(1, ["magic", "fgsm, bim, pgd"], eps + ["--attack", "magic"])
    try refuses(1, ["--loss", "ce"], eps + ["--loss", "none"])
    try refuses(1, ["restarts"], eps + ["--no-random-start", "--restarts", "2"])
    try refuses(1, ["seed"], eps + ["--seed", "-1"])
    try refuses(1, ["--nonsense"], eps + ["--nonsense"])
    try refuses(1, ["--threads -1", "a number in"], eps + ["--threads", "-1"])
  }

  @Test func filesAreNamedByWhatTheyHold() throws {
    let place = try #require(place)
    let model = try place.classifier()
    for name in ["x.txt", "x.png", "x.npz"] {
      try refuses(1, ["--output", name, ".npy"], ["predict", model, "digits", "--output", place.path(name)])
    }
    try refuses(
      1, ["--save-adversarial", ".npz or .npy"],
      ["attack", model, "digits", "--eps", "0.1", "--save-adversarial", place.path("x.png")])
  }

  @Test func imagesOutsideTheRangeOfPixelsAreNotAttacked() throws {
    let place = try #require(place)
    let data = try place.data([2, 1, 8, 8], labels: [0, 1]) { $0 == 64 ? 1.5 : 0.5 }
    try refuses(
      2, ["sample 1", "1.5", "0.0...1.0"], ["attack", try place.classifier(), data, "--eps", "0.1"])
  }

  @Test func runNamesWhatDoesNotFit() throws {
    let place = try #require(place)
    let model = try place.classifier()
    let (floats, truths) = (place.path("floats.npy"), place.path("truths.npy"))
    try NPYFile.write(
      StoredArray(shape: [1, 3, 8, 8], floats: [Float](repeating: 0, count: 192)), to: floats)
    try NPYFile.write(StoredArray(shape: [1], element: .bool, bytes: [1]), to: truths)
    let output = ["--output-dir", place.path("results")]
    try refuses(2, ["1 input", "0 were given"], ["run", model] + output)
    try refuses(2, ["2 were given"], ["run", model, floats, floats] + output)
    try refuses(2, ["float32[N, 1, 8, 8]"], ["run", model, floats] + output)
    try refuses(2, ["truths.npy", "bool", "float32"], ["run", model, truths] + output)
    try refuses(2, ["nowhere.npy"], ["run", model, "nowhere.npy"] + output)
    try refuses(2, ["is a file"], ["run", model, floats, "--output-dir", floats])
    try refuses(2, ["/nowhere/deep"], ["run", model, floats, "--output-dir", "/nowhere/deep"])
  }
}
