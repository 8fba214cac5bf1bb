import Foundation
import Networks

/// Does what Tremor's side of a comparison has to do, one request a line, so that others can take their turns in
/// between; see `Benchmarks/peers`.
@main enum Driver {
  static func main() async {
    var contestant: (any Contestant)?
    while let line = readLine() {
      do {
        let request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
        if request.action == .quit { return }
        say(try await answer(request, &contestant))
      } catch {
        say(Reply(error: "\(error)"))
      }
    }
  }

  private static func answer(
    _ request: Request, _ contestant: inout (any Contestant)?
  ) async throws -> Reply {
    switch request.action {
    case .export:
      try export(request)
      return Reply()
    case .prepare:
      let (made, seconds) = try await timed { try await Experiment.contestant(for: request) }
      contestant = made
      return Reply(seconds: seconds.wall, processorSeconds: seconds.processor, text: made.settings)
    case .run:
      let one = try prepared(contestant)
      let (_, seconds) = try await timed { try await one.run() }
      return Reply(seconds: seconds.wall, processorSeconds: seconds.processor)
    case .result:
      return Reply(numbers: try await prepared(contestant).result(storedAt: request.output))
    case .memory:
      return Reply(numbers: try ProcessMemory.current().numbers)
    case .resetMemory:
      try ProcessMemory.forgetPeak()
      return Reply()
    case .quit:
      return Reply()
    }
  }

  private static func prepared(_ contestant: (any Contestant)?) throws -> any Contestant {
    guard let contestant else { throw Refusal("nothing has been prepared") }
    return contestant
  }

  private static func export(_ request: Request) throws {
    let name = try request.need(\.architecture, "architecture")
    guard let architecture = Architecture.named(name) else {
      let names = Architecture.all.map(\.name).joined(separator: ", ")
      throw Refusal("there is no architecture '\(name)'; there are \(names)")
    }
    let model = try architecture.model(classes: 10, seed: 0)
    try model.writeONNX(to: try request.need(\.output, "output"), named: name)
  }

  private static func say(_ reply: Reply) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let data = (try? encoder.encode(reply)) ?? Data(#"{"error":"the reply cannot be written"}"#.utf8)
    FileHandle.standardOutput.write(data + Data("\n".utf8))
  }
}

/// What `body` gives, with the time that passed and the time that processors spent on this process, in seconds.
func timed<Value>(
  _ body: () async throws -> Value
) async throws -> (Value, seconds: (wall: Double, processor: Double)) {
  let (start, before) = (ContinuousClock.now, ProcessMemory.processorSeconds())
  let value = try await body()
  let passed = (ContinuousClock.now - start).components
  let wall = Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
  return (value, (wall, ProcessMemory.processorSeconds() - before))
}
