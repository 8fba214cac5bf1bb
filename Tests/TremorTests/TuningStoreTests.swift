import Compute
import Foundation
import Testing

@testable import DeviceSelection

@Suite struct TuningStoreTests {
  private func inFolder(_ body: ([String: String]) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(["TREMOR_CACHE_DIR": folder.path])
  }

  @Test func choicesAreKeptBesideOlderOnes() throws {
    try inFolder { environment in
      let store = TuningStore("cpu A, 2 threads", environment: environment)
      #expect(store.tuning == .none)
      try store.add(Tuning(["first": "a", "second": "b"]))
      try store.add(Tuning(["second": "c", "third": "d"]))
      #expect(store.tuning == Tuning(["first": "a", "second": "c", "third": "d"]))
      #expect(TuningStore("cpu B, 2 threads", environment: environment).tuning == .none)
    }
  }

  @Test func itCanBeSwitchedOff() throws {
    try inFolder { environment in
      try TuningStore("cpu", environment: environment).add(Tuning(["layer": "choice"]))
      let off = environment.merging(["TREMOR_TUNING": "off"]) { $1 }
      #expect(TuningStore("cpu", environment: off).tuning == .none)
      let without = TuningStore("cpu", environment: environment.merging(["TREMOR_CACHE": "off"]) { $1 })
      #expect(!without.keepsAnything && without.tuning == .none)
    }
  }

  @Test func aDamagedFileIsNoTuning() throws {
    try inFolder { environment in
      let store = TuningStore("cpu", environment: environment)
      try store.add(Tuning(["layer": "choice"]))
      let root = URL(fileURLWithPath: try #require(environment["TREMOR_CACHE_DIR"]))
      let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
      for file in files where file.hasSuffix("tuning.json") {
        try Data("{}".utf8).write(to: root.appendingPathComponent(file))
      }
      #expect(store.tuning == .none)
    }
  }
}
