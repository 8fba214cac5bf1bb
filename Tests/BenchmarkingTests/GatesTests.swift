import Foundation
import Testing

@testable import Benchmarking

@Suite struct GatesTests {
  private let gates = Gates(expected: ["launches": 10, "bytes": 100])

  @Test func equalCountsPass() { #expect(gates.check(["launches": 10, "bytes": 100]).isEmpty) }

  @Test func aLargerCountFailsAndSaysWhatToDo() throws {
    let findings = gates.check(["launches": 11])
    #expect(findings == [.exceeded(name: "launches", expected: 10, found: 11)])
    #expect(findings.allSatisfy { $0.isFailure })
    let text = "\(try #require(findings.first))"
    for part in ["launches", "10", "11", "--accept-gates"] { #expect(text.contains(part)) }
  }

  @Test func anUnknownCountFails() { #expect(gates.check(["waits": 0]).allSatisfy { $0.isFailure }) }

  @Test func aSmallerCountIsNoFailure() {
    let findings = gates.check(["bytes": 99])
    #expect(findings == [.improved(name: "bytes", expected: 100, found: 99)])
    #expect(!findings.contains { $0.isFailure })
  }

  @Test func acceptedCountsPassAfterwards() throws {
    var changed = gates
    changed.accept(["launches": 12, "waits": 1])
    #expect(changed.check(["launches": 12, "waits": 1, "bytes": 100]).isEmpty)

    let path = FileManager.default.temporaryDirectory.appending(path: "gates-\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try changed.write(to: path)
    #expect(try Gates(contentsOf: path) == changed)
    #expect(try Gates(contentsOf: path + ".missing") == Gates(expected: [:]))
    try Data("{}".utf8).write(to: URL(filePath: path))
    #expect(throws: BenchmarkError.self) { try Gates(contentsOf: path) }
  }
}
