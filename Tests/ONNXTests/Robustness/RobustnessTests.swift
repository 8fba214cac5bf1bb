import ArrayFiles
import Compute
import Foundation
import Networks
import Testing

@testable import ONNX

/// Whatever is in a file, it becomes a model or an error, soon.
///
/// `TREMOR_MUTATIONS` sets how many spoiled models are tried, `TREMOR_MUTATION_SEED` the first seed.
@Suite struct RobustnessTests {
  private static func number(_ name: String, default value: Int) -> Int {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? value
  }

  /// Reads and traces, and says what went wrong.
  private func outcome(_ bytes: [UInt8]) -> String {
    do {
      let model = try ONNXModel(bytes: bytes, path: "spoiled.onnx").model()
      _ = try Graph { scope in
        let network = model.bound(in: scope)
        return network(model.inputs.map { port in scope.input(port.name, shape(port), port.element) })
      }
      return "model"
    } catch {
      return "\(error)"
    }
  }

  /// Two samples, or one where two would be larger than a tensor may be.
  private func shape(_ port: Model.Port) -> Shape {
    let two = Shape(port.extents.map { $0 ?? 2 })
    return two.count < 1 << 30 ? two : Shape(port.extents.map { $0 ?? 1 })
  }

  /// Runs `body` and expects it to take no more than a second of this thread's time.
  private func inTime(_ what: String, _ body: () -> String) -> String {
    let start = threadNanoseconds()
    let result = body()
    let seconds = Double(threadNanoseconds() - start) / 1e9
    #expect(seconds < 1, "\(what) took \(seconds) seconds: \(result)")
    return result
  }

  @Test(arguments: Fixture.all)
  func endsAtEveryLength(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    for length in 0..<bytes.count {
      let result = inTime("\(fixture) cut to \(length) bytes") { outcome(Array(bytes[..<length])) }
      #expect(result.hasPrefix("spoiled.onnx: "), "\(fixture) cut to \(length) bytes: \(result)")
    }
  }

  @Test func endsHoweverItIsSpoiled() throws {
    let bases = try Fixture.all.map { try $0.bytes() } + [try Self.shapes().bytes()]
    let count = Self.number("TREMOR_MUTATIONS", default: 300)
    let seed = Self.number("TREMOR_MUTATION_SEED", default: 1)
    var models = 0
    for index in seed..<(seed + count) {
      var mutation = ModelMutation(seed: UInt64(index))
      let bytes = try mutation.applied(to: bases[index % bases.count])
      if count > 1000 { print("spoiling", index) }
      let result = inTime("seed \(index)") { outcome(bytes) }
      if result == "model" { models += 1 }
      #expect(result == "model" || result.hasPrefix("spoiled.onnx: "), "seed \(index): \(result)")
    }
    print("spoiled models: \(count), of which \(models) are still models")
  }

  /// A model full of computed shapes.
  private static func shapes() -> ModelBuilder {
    var builder = ModelBuilder(opset: 13)
    builder.input("x", ["N", 4, 6])
    builder.output("y", ["N", 2, 12])
    builder.integers("first", [0])
    builder.integers("one", [1])
    builder.integers("two", [2])
    builder.integers("rest", [2, -1])
    builder.integers("zero", [0])
    builder.integers("many", [2, 4, 6])
    builder.integers("end", [.max])
    builder.integers("pads", [0, 0, 0, 0, 0, 0])
    builder.node("Shape", ["x"], ["shape"])
    builder.node("Slice", ["shape", "zero", "one"], ["batch"])
    builder.node("Concat", ["batch", "rest"], ["target"], integers: ["axis": 0])
    builder.node("ConstantOfShape", ["many"], ["zeros"])
    builder.node("Add", ["x", "zeros"], ["sum"])
    builder.node("Pad", ["sum", "pads"], ["padded"])
    builder.node("Slice", ["padded", "zero", "end", "two"], ["sliced"])
    builder.node("Gather", ["sliced", "first"], ["gathered"], integers: ["axis": 0])
    builder.node("Expand", ["gathered", "shape"], ["expanded"])
    builder.node("Unsqueeze", ["expanded", "one"], ["wide"])
    builder.node("Squeeze", ["wide", "one"], ["narrow"])
    builder.node("Tile", ["narrow", "ones"], ["tiled"])
    builder.node("Reshape", ["tiled", "target"], ["y"])
    builder.integers("ones", [1, 1, 1])
    return builder
  }
}

/// Nanoseconds of processor time that this thread has used.
func threadNanoseconds() -> UInt64 {
  var time = timespec()
  // SAFETY: the structure lives through the call that fills it in.
  guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
