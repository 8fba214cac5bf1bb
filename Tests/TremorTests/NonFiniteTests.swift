import Compute
import Networks
import Testing

/// What commands say of derivatives that are not finite.
@Suite struct NonFiniteTests {
  private struct Root: Layer {
    func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor { input.sqrt() }
  }

  /// Pixels of 0.5 become 0, where a root is steep, and not before.
  @Test func thePlaceIsThatBehindThePreprocessing() throws {
    let place = try Workplace()
    let model = try place.model("root.onnx", Root(), Flatten(), Linear(4))
    let data = try place.data([3, 1, 8, 8], labels: [0, 1, 2]) { $0 == 70 ? 0.5 : 0.75 }
    for (options, sample) in [([], 1), (["--indices", "1,2"], 1), (["--class", "1"], 1)] as [([String], Int)]
    {
      let run = try TremorProcess(
        ["gradient", model, data, "--normalize", "0.5:0.5", "--json", "--device", "cpu"] + options)
      #expect(run.status == 0, "\(run.errors)")
      let findings = run.json["findings"] as? [[String: Any]] ?? []
      let message = findings.first { $0["kind"] as? String == "nonFiniteDerivatives" }?["message"] as? String
      let said = try #require(message, "\(run.output)")
      #expect(said.contains(": sample \(sample) of "), "\(said)")
      #expect(said.contains("(Sqrt"), "\(said)")
    }
  }
}
