import Foundation
import Testing

/// The demo trains, writes and reads models, attacks them, and leaves nothing behind that nobody asked for.
@Suite struct DemoTests {
  private static let short = [
    "demo", "--device", "cpu", "--epochs", "2", "--steps", "3", "--json", "--quiet",
  ]

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "demo-tests-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func files(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func attacksWorkAndNothingIsLeftBehind() throws {
    try withFolder { folder in
      let run = try TremorProcess(Self.short, environment: ["TMPDIR": folder.path])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let summary = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let results = try #require(summary["results"] as? [[String: Any]])
      #expect(results.map { $0["trainedOn"] as? String } == ["clean", "attacked"])
      for result in results {
        let clean = try #require(result["clean"] as? Double)
        let robust = try #require(result["robust"] as? [Double])
        #expect(clean > 0.5)
        #expect(zip([clean] + robust, robust).allSatisfy { $0 >= $1 }, "larger budgets only find more")
      }
      #expect((summary["models"] as? [String: String])?.isEmpty == true)
      #expect(try files(in: folder).isEmpty)
    }
  }

  @Test func modelsStayWhereTheyAreWanted() throws {
    try withFolder { folder in
      let models = folder.appending(path: "new")
      let run = try TremorProcess(Self.short + ["--output-dir", models.path])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try files(in: models) == ["digits-attacked.onnx", "digits-clean.onnx"])
    }
  }

  @Test func aFolderThatCannotBeWrittenIsSaidFirst() throws {
    try withFolder { folder in
      let file = folder.appending(path: "file")
      try Data().write(to: file)
      let run = try TremorProcess(Self.short + ["--output-dir", file.path])
      #expect(run.status != 0 && run.output.isEmpty)
      #expect(run.errors.contains(file.path) && run.errors.count { $0 == "\n" } == 1, "\(run.errors)")
    }
  }
}
