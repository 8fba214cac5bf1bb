import ArrayFiles
import Foundation
import Networks
import ONNX
import Testing

/// What `inspect` and `run` answer.
@Suite struct ModelCommandTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test func inspectDescribesAModel() throws {
    let model = try place.classifier()
    let run = try TremorProcess(["inspect", model, "--json"])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    // 4 filters of 3 by 3 at 6 by 6 places, then 144 by 10.
    #expect(run.json["multiplyAdds"] as? Int == 4 * 9 * 36 + 1_440)
    #expect(run.json["parameters"] as? Int == 4 * 9 + 4 + 1_440 + 10)
    #expect(run.json["opset"] as? Int == 17)
    #expect((run.json["operators"] as? [String: Int])?["Conv"] == 1)
    #expect((run.json["unsupported"] as? [Any])?.isEmpty == true)
    let classification = try #require(run.json["classification"] as? [String: Any])
    #expect(classification["classes"] as? Int == 10 && classification["isClassifier"] as? Bool == true)
    #expect(classification["givesProbabilities"] as? Bool == false)
    let input = try #require((run.json["inputs"] as? [[String: Any]])?.first)
    #expect(input["text"] as? String == "float32[N, 1, 8, 8]")
    #expect(try TremorProcess(["inspect", model]).output.contains("Conv"))
  }

  @Test func inspectSeesProbabilitiesAndOtherModels() throws {
    let softmax = try TremorProcess([
      "inspect", try place.model("s.onnx", Flatten(), Linear(4), Softmax()), "--json",
    ])
    #expect((softmax.json["classification"] as? [String: Any])?["givesProbabilities"] as? Bool == true)
    let filter = try TremorProcess([
      "inspect", try place.model("f.onnx", Convolution(4, kernel: 3)), "--json", "--device", "cpu",
    ])
    #expect((filter.json["classification"] as? [String: Any])?["isClassifier"] as? Bool == false)
    #expect(filter.errors.contains("--device has no effect on inspect"))
  }

  @Test func runStoresWhatPredictStores() throws {
    let model = try place.classifier()
    let values = (0..<192).map { Float($0 % 31) / 31 }
    let array = StoredArray(shape: [3, 1, 8, 8], floats: values)
    let (npy, tensor) = (place.path("x.npy"), place.path("x.pb"))
    try NPYFile.write(array, to: npy)
    try Data(array.tensorProto()).write(to: URL(filePath: tensor))
    let data = try place.data([3, 1, 8, 8], labels: [0, 1, 2]) { values[$0] }
    let logits = place.path("logits.npy")
    #expect(try TremorProcess(["predict", model, data, "--output", logits, "--device", "cpu"]).status == 0)
    for input in [npy, tensor] {
      let folder = place.path("results")
      let run = try TremorProcess(["run", model, input, "--output-dir", folder, "--device", "cpu", "--json"])
      #expect(run.status == 0, "\(run.errors)")
      let output = try #require((run.json["outputs"] as? [[String: Any]])?.first)
      #expect(output["shape"] as? [Int] == [3, 10] && output["type"] as? String == "float32")
      #expect(try NPYFile.read(folder + "/output_0.npy") == NPYFile.read(logits))
      try FileManager.default.removeItem(atPath: folder)
    }
  }

  @Test func runTakesWiderFloats() throws {
    let path = place.path("x.npy")
    try NPYFile.write(
      StoredArray(shape: [1, 1, 8, 8], doubles: [Double](repeating: 0.5, count: 64), as: .float64), to: path)
    let run = try TremorProcess([
      "run", try place.classifier(), path, "--output-dir", place.folder.path, "--device", "cpu",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("float32[1, 10]"))
    #expect(place.files.contains("output_0.npy"))
  }
}
