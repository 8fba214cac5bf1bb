import ComputeTestSupport
import Foundation
import Testing

@testable import Compute

/// A primitive or a scalar function that nobody samples fails here.
@Suite struct CoverageTests {
  /// The names of the primitives and scalar functions in some graphs.
  private func names(in graphs: [Graph]) -> Set<String> {
    var found: Set<String> = []
    for node in graphs.flatMap(\.nodes) {
      guard case .operation(let operation) = node.kind else { continue }
      found.insert(type(of: operation).name)
      if let map = operation as? Elementwise { found.insert(map.function.rawValue) }
    }
    return found
  }

  private var expected: Set<String> {
    Set(knownPrimitives.map { $0.name } + ScalarFunction.allCases.map(\.rawValue))
  }

  @Test func samplesReachEveryPrimitiveAndScalarFunction() throws {
    let missing = expected.subtracting(names(in: try PrimitiveSample.all.map { try $0.graph() }))
    #expect(missing.isEmpty)
  }

  @Test func randomProgramsReachEveryPrimitiveAndScalarFunction() throws {
    let graphs = try (0..<400).map { try RandomProgram(seed: $0).graph() }
    #expect(expected.subtracting(names(in: graphs)).isEmpty)
  }

  @Test func samplesHaveDifferentNames() {
    #expect(Set(PrimitiveSample.all.map(\.name)).count == PrimitiveSample.all.count)
  }

  @Test func everyPrimitiveInTheSourcesIsRegisteredUnderItsOwnName() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appending(path: "Sources/Compute/Primitives")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    var declared: Set<String> = []
    for file in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /public struct (\w+): (?:Defined)?Primitive/) {
        declared.insert(String(match.1))
      }
    }
    #expect(declared == Set(knownPrimitives.map { "\($0)" }))
    #expect(Set(knownPrimitives.map { $0.name }).count == knownPrimitives.count)
  }
}
