import Foundation
import Testing

@Suite struct BenchCommandTests {
  private let quick = ["--device", "cpu", "--threads", "1", "--batch", "2", "--repetitions", "2", "--quiet"]

  @Test func launchesAreListedForScripts() throws {
    let run = try TremorProcess(["bench", "--network", "lenet5", "--json"] + quick)
    #expect(run.status == 0, "\(run.errors)")
    let report = run.json
    #expect((report["model"] as? [String: String])?["network"] == "lenet5")
    #expect(report["what"] as? String == "step")
    let launches = try #require(report["launches"] as? [[String: Any]])
    let totals = try #require(report["totals"] as? [String: Any])
    #expect(launches.count > 5)
    let counted = launches.reduce(0) { $0 + ($1["count"] as? Int ?? 0) }
    #expect(totals["launches"] as? Int == counted)
    let multiplyAdds = launches.reduce(0) { $0 + ($1["multiplyAdds"] as? Int ?? 0) }
    #expect(totals["multiplyAdds"] as? Int == multiplyAdds)
    #expect((totals["runs"] as? [Double])?.count == 2)
    let reasons = launches.compactMap { $0["reason"] as? String }
    #expect(reasons.contains { $0.contains("channels") })
  }

  @Test func aModelFileIsTimedAndFiltered() throws {
    let place = try Workplace()
    let run = try TremorProcess(
      ["bench", "convolution", "--model", try place.classifier(), "--what", "forward"] + quick)
    #expect(run.status == 0, "\(run.errors)")
    for word in [
      "classifier.onnx", "GFLOP/s", "convolution", "whole run", "sum of launches", "'convolution'",
    ] {
      #expect(run.output.contains(word), "\(run.output)")
    }
    #expect(!run.output.contains("matmul"), "\(run.output)")
  }

  @Test(arguments: ["forward", "jacobian", "train"])
  func everythingCanBeTimed(_ what: String) throws {
    let run = try TremorProcess(["bench", "--network", "mlp", "--what", what, "--json"] + quick)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.json["what"] as? String == what)
  }

  @Test func anUnknownNetworkIsAnErrorThatNamesTheKnownOnes() throws {
    let run = try TremorProcess(["bench", "--network", "resnet21"] + quick)
    #expect(run.status == 1)
    #expect(run.complainsOnce, "\(run.errors)")
    for name in ["resnet21", "lenet5", "cnn6", "resnet18"] { #expect(run.errors.contains(name)) }
  }

  @Test(arguments: [
    ["--model", "a.onnx", "--network", "mlp"], ["--batch", "0"], ["--repetitions", "0"],
    ["--what", "nothing"],
  ])
  func misuseIsOneLineAndStatus1(_ arguments: [String]) throws {
    let run = try TremorProcess(["bench"] + arguments)
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.complainsOnce, "\(run.errors)")
  }

  @Test func aFilterThatFindsNothingIsNoted() throws {
    let loud = quick.filter { $0 != "--quiet" }
    let run = try TremorProcess(["bench", "nosuchlayer", "--network", "mlp", "--what", "forward"] + loud)
    #expect(run.status == 0)
    #expect(run.errors.contains("nosuchlayer"))
  }
}
