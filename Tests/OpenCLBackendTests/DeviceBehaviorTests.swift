import Compute
import ComputeTestSupport
import Testing

@testable import OpenCLBackend

/// What sessions promise beyond values.
@Suite(.enabled(if: TestDevice.isPresent))
struct DeviceBehaviorTests {
  @Test(
    "Repeated launches give the same bytes, and inputs stay until they are overwritten",
    arguments: TestDevice.families)
  func repetition(_ family: KernelFamily) async throws {
    let device = try TestDevice.running(family)
    let graph = try networkGraph(batch: 3)
    let weights = try Weights(networkWeights(graph), on: device)
    var executable = try Executable(graph, on: device)
    let first = try await executable.run(["x": noise([3, 3, 8, 8])], reading: weights)
    try executable.launch(reading: weights)
    try executable.launch(reading: weights)
    #expect(try await executable.read(1) == first[1])
    let other = try await executable.run(["x": noise([3, 3, 8, 8], seed: 9)], reading: weights)
    #expect(other[0] != first[0])
  }

  @Test("A sample has the same bits in a batch of any size", arguments: TestDevice.families)
  func invariance(_ family: KernelFamily) async throws {
    let device = try TestDevice.running(family)
    let image = noise([40, 3, 8, 8]).floats
    let sample = 3 * 8 * 8
    var expected: [HostArray]?
    for batch in [40, 1, 7] {
      let graph = try networkGraph(batch: batch)
      let weights = try Weights(networkWeights(graph), on: device)
      var executable = try Executable(graph, on: device)
      let x = HostArray([batch, 3, 8, 8], Array(image[..<(batch * sample)]))
      let found = try await executable.run(["x": x], reading: weights)
      let whole = expected ?? found
      for (part, all) in zip(found, whole) {
        #expect(part.bytes == Array(all.bytes.prefix(part.bytes.count)))
      }
      expected = whole
    }
  }

  @Test("Weights that change are packed again", arguments: TestDevice.families)
  func changedWeights(_ family: KernelFamily) async throws {
    let device = try TestDevice.running(family)
    let graph = try networkGraph(batch: 2)
    var values = networkWeights(graph)
    values["x"] = noise([2, 3, 8, 8])
    var weights = try Weights(values.filter { $0.key != "x" }, on: device)
    var executable = try Executable(graph, on: device)
    let x = try #require(values["x"])
    let first = try await executable.run(["x": x], reading: weights)
    values["block"] = noise([16, 16, 3, 3], seed: 77)
    try weights.write("block", try #require(values["block"]))
    let second = try await executable.run(reading: weights)
    #expect(first[0] != second[0])
    let expected = try graph.interpret(values.mapValues { ReferenceArray($0) })
    #expect(relativeError(second[0], expected[0]) < 1e-5)
    let others = try Weights(networkWeights(graph), on: device)
    #expect(try await executable.run(reading: others)[0] == first[0])
  }

  @Test(
    "A run that changes parameters is seen by the executables that read them", arguments: TestDevice.families)
  func training(_ family: KernelFamily) async throws {
    let device = try TestDevice.running(family)
    let step = try Graph { scope in
      let w = scope.parameter("w", [70, 33])
      let loss = (scope.input("x", [5, 70]).matmul(w) - 1).power(2).mean()
      scope.update(w, with: w - loss.gradient(withRespectTo: w) * 0.5)
      return [loss]
    }
    let read = try Graph { scope in [scope.input("x", [5, 70]).matmul(scope.parameter("w", [70, 33]))] }
    let x = noise([5, 70])
    var weights = try Weights(["w": noise([70, 33], seed: 4)], on: device)
    var training = try Executable(step, on: device)
    var reading = try Executable(read, on: device)
    try training.write("x", x)
    let before = try await reading.run(["x": x], reading: weights)[0]
    for _ in 0..<20 { try training.launch(updating: &weights) }
    let after = try await reading.run(reading: weights)[0]
    let distance = { (y: HostArray) in y.floats.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } }
    #expect(distance(after) < distance(before) / 2)
    let expected = try read.interpret([
      "x": ReferenceArray(x), "w": ReferenceArray(try #require(try await weights.read()["w"])),
    ])
    #expect(relativeError(after, expected[0]) < 1e-5)
  }

  @Test("A loop on the device does what its body does as often", arguments: TestDevice.families)
  func loop(_ family: KernelFamily) async throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [6, 50])
      return [x.iterated(300) { x, number in (x * 0.5).tanh() + number.cast(to: .float32) * 0.01 }]
    }
    let errors = try await relativeErrors(graph, ["x": noise([6, 50])], on: TestDevice.running(family))
    #expect(errors[0] < 1e-5)
  }

  @Test("Executables on many threads at once")
  func concurrency() async throws {
    let device = try TestDevice.running(.cpu)
    let graph = try Graph { scope in [(scope.input("x", [2000]) * 3).sin().sum()] }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for seed in 0..<8 {
        group.addTask {
          let x = noise([2000], seed: UInt64(seed))
          return try await relativeErrors(graph, ["x": x], on: device)[0] < 1e-4
        }
      }
      for try await isClose in group { #expect(isClose) }
    }
  }
}
