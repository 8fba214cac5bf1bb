import AttackTestSupport
import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

@testable import Attacks

/// Attacks that ask for no gradient.
@Suite struct QueryTests {
  private func run(
    _ attack: any Attack, _ subject: AttackedModel, _ runner: AttackRunner = AttackRunner()
  ) async throws -> AttackResult {
    try await runner.run(attack, on: subject.model, subject.samples, device: CPUDevice(threads: 2))
  }

  /// The authors' sides for images of 28 and of 32 pixels, and the numbers of the squares that first have them.
  @Test(arguments: [(28, [25, 18, 13, 9, 6, 4, 3, 2]), (32, [29, 20, 14, 10, 7, 5, 4, 3])])
  func squaresShrinkAsTheAuthorsDo(_ extent: Int, _ sides: [Int]) {
    let schedule = Square(.lInfinity(0.1), rescalesSchedule: false).schedule
    #expect(schedule.map(\.after) == [0, 10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000])
    let found = schedule.prefix(8).map {
      max(1, Int(($0.share * Double(extent * extent)).squareRoot().rounded()))
    }
    #expect(found == sides)
    // With 10,000 queries both are one; with fewer the marks move along.
    for queries in [10_000, 5000, 300, 1] {
      let rescaled = Square(.lInfinity(0.1), queries: queries).schedule
      for (stage, mark) in zip(rescaled.dropFirst(), [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]) {
        let first = (1...20_000).first { $0 * 10_000 / queries > mark } ?? 0
        #expect(stage.after == first - 1, "\(queries), \(mark)")
      }
    }
  }

  /// Each question changes one square, of the extents of its stage, to the surface of the ball; all offsets occur.
  @Test func eachQuestionChangesASquare() async throws {
    let attack = Square(.lInfinity(0.25), queries: 40, rescalesSchedule: false)
    let (count, extent) = (200, 8)
    let graph = try Graph { scope in
      let images = scope.full([count, 2, extent, extent], 0.5)
      let labels = scope.full([count], 0, .int32)
      let victim = Victim(
        { $0.flattened().sliced(axis: 1, from: 0, count: 2) }, images: images, labels: labels,
        randomness: Randomness(seed: 3, samples: scope.iota([count], axis: 0)))
      // Nothing was better than the clean image, so what differs from it is the square.
      let state = Square.State(candidate: images, best: images, bestLoss: scope.full([count], .infinity))
      return [0, 9, 10, 30].map { step in
        let answer = victim.answer(at: images, maximising: attack.loss)
        return attack.advance(state, at: answer, step: scope.full(.scalar, Double(step), .int32), victim)
          .candidate
      }
    }
    var executable = try Executable(graph, on: CPUDevice(threads: 1))
    for (images, side) in zip(try await executable.run().map(\.floats), [7, 7, 5, 5]) {
      var corners: Set<[Int]> = []
      for sample in 0..<count {
        let planes = (0..<2).map { channel in
          Array(images[(sample * 2 + channel) * 64..<(sample * 2 + channel + 1) * 64])
        }
        let changed = planes.map { plane in plane.indices.filter { plane[$0] != 0.5 } }
        #expect(changed[0] == changed[1] && changed[0].count == side * side)
        let (row, column) = (changed[0][0] / extent, changed[0][0] % extent)
        #expect(
          changed[0].allSatisfy {
            (row..<row + side).contains($0 / 8) && (column..<column + side).contains($0 % 8)
          })
        for plane in planes {
          #expect(
            Set(plane).subtracting([0.5]).count == 1 && abs((plane.first { $0 != 0.5 } ?? 0) - 0.5) == 0.25)
        }
        corners.insert([row, column])
      }
      #expect(corners.count == (9 - side) * (9 - side))
    }
  }

  /// With a schedule of its own numbers, the first questions are the same however many follow: who fell stays fallen, after
  /// the same question.
  @Test func moreQueriesNeverLose() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    var last: AttackResult?
    for queries in [1, 10, 60, 200] {
      let result = try await run(
        Square(.lInfinity(0.05), queries: queries, rescalesSchedule: false), subject)
      for sample in result.samples where sample.isCleanCorrect {
        #expect(sample.passes == Passes(forward: sample.step.map { $0 + 1 } ?? queries))
      }
      for (before, now) in zip(last?.samples ?? [], result.samples) where before.hasFallen {
        #expect(before.step == now.step)
      }
      last = result
    }
    let result = try #require(last)
    #expect(result.samples.contains { $0.hasFallen } && result.parameters.access == .scores)
    // The curve over queries is that of the shorter attacks.
    for queries in [1, 10, 60] {
      let short = try await run(Square(.lInfinity(0.05), queries: queries, rescalesSchedule: false), subject)
      #expect(result.robustAccuracy(afterQueries: queries) == short.robustAccuracy)
    }
    #expect(result.robustAccuracy(afterQueries: 200) == result.robustAccuracy)
  }

  /// Images of one axis are searched by runs of values.
  @Test func vectorsAreSearched() async throws {
    let plane = AffineModelTests.Plane(seed: 3)
    let samples = try AttackSamples(
      images: HostArray([1, plane.weight.count], plane.image), labels: [plane.label])
    for factor in [0.99, 1.2] {
      let attack = Square(.lInfinity(radius: plane.distance(.infinity) * factor), queries: 1500)
      let result = try await AttackRunner().run(
        attack, on: plane.model, samples, device: CPUDevice(threads: 1))
      #expect(result.samples[0].hasFallen == (factor > 1), "\(factor)")
    }
  }

  /// The trace of the reference: radii after each attempt, and the exact optimum.
  @Test func raysTraceTheirPath() {
    let weight: [Float] = [1, -2, 0.5, -0.25]
    var ray = Ray([Float](repeating: 0.5, count: 4), 0...1)
    var radii: [Double] = []
    while !ray.isDone {
      let point = ray.question
      let margin = 0.6 + zip(weight, point).reduce(Float(0)) { $0 + $1.0 * ($1.1 - 0.5) }
      ray.take(margin < 0)
      if radii.last != ray.radius { radii.append(ray.radius) }
    }
    for (found, radius) in zip(radii.dropFirst(), [0.96, 0.36923, 0.32]) {
      #expect(found >= radius && found < radius + 1e-3, "\(radii)")
    }
    #expect(radii.count == 4 && ray.signs == [-1, 1, -1, 1])
  }

  /// On a plane the nearest image is found, to the bisection's width.
  @Test(arguments: UInt64(0)..<6) func raysFindThePlane(_ seed: UInt64) async throws {
    let plane = AffineModelTests.Plane(seed: seed)
    let samples = try AttackSamples(
      images: HostArray([1, plane.weight.count], plane.image), labels: [plane.label])
    let result = try await AttackRunner().run(RayS(), on: plane.model, samples, device: CPUDevice(threads: 1))
    let (found, nearest) = (result.samples[0].distance, plane.distance(.infinity))
    let width = 1e-3 / Double(plane.weight.count).squareRoot()
    #expect(
      result.samples[0].hasFallen && found >= nearest * (1 - 1e-5) && found < nearest + 4 * width,
      "\(found), \(nearest)")
  }

  /// More queries come nearer, and no sample has more than its queries; all that the device ran were queries.
  @Test func raysKeepToTheirQueries() async throws {
    let subject = try await AttackedModel.planes(seed: 12)
    var last: [SampleResult]?
    for queries in [1, 20, 100, 400] {
      let result = try await run(RayS(queries: queries), subject)
      #expect(result.samples.allSatisfy { $0.passes.forward <= queries && $0.passes.backward == 0 })
      #expect(result.executed == result.passes)
      for (before, now) in zip(last ?? [], result.samples) where before.hasFallen {
        #expect(now.hasFallen && now.distance <= before.distance)
      }
      #expect(result.samples.allSatisfy { !$0.hasFallen || $0.adversarialClass != $0.cleanClass })
      last = result.samples
    }
    #expect(last?.contains { $0.hasFallen } == true, "\(String(describing: last?.first))")
  }

  /// A sample is searched as it would be alone, in any order.
  @Test func raysBelongToSamples() async throws {
    let subject = try await AttackedModel.planes(seed: 12)
    let all = try await run(RayS(queries: 60), subject)
    let order = [9, 2, 30]
    let some = try subject.samples(at: order)
    let part = try await AttackRunner(tile: 2).run(
      RayS(queries: 60), on: subject.model, some, device: CPUDevice(threads: 1))
    #expect(part.samples == order.map { all.samples[$0] })
  }

  /// Cancelled in the middle, it says what it has found.
  @Test func aCancelledSearchKeepsWhatItFound() async throws {
    let subject = try await AttackedModel.planes(seed: 12)
    let log = ProgressLog()
    let task = Task {
      try await AttackRunner().run(
        RayS(queries: 2000), on: subject.model, subject.samples, device: CPUDevice(threads: 1)
      ) { progress in
        log.add(progress)
        if progress.done > 1000 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
      }
    }
    let result = try await task.value
    let open = result.samples.filter { $0.flags.contains(.interrupted) }
    #expect(!open.isEmpty && open.contains { $0.hasFallen } && open.allSatisfy { $0.passes.forward < 2000 })
    #expect(result.findings.contains { $0.kind == .interrupted })
  }

  private struct Clumsy: SearchingAttack {
    var goal: Goal { .within(.lInfinity(0.1)) }
    var loss: any AttackLoss { MarginLoss() }
    var drawsRandomly: Bool { false }
    var queries: Int { 3 }
    func search(_ oracle: Oracle) async throws {
      _ = try await oracle.reply(to: [Oracle.Question(0, [0, 1])])
    }
  }

  /// A searching attack within a budget keeps the best image in reach, and what lies beyond does not count.
  private struct Corner: SearchingAttack {
    let shift: Float
    var goal: Goal { .within(.lInfinity(0.1)) }
    var loss: any AttackLoss { MarginLoss() }
    var drawsRandomly: Bool { false }
    var queries: Int { 2 }
    func search(_ oracle: Oracle) async throws {
      for sign in [-1, 1] as [Float] {
        _ = try await oracle.reply(
          to: (0..<oracle.count).map { sample in
            Oracle.Question(sample, oracle.image(sample).map { min(max($0 + sign * shift, 0), 1) })
          })
      }
    }
  }

  @Test func searchesAreChecked() async throws {
    let subject = try await AttackedModel.convolutions(seed: 12)
    let error = await #expect(throws: AttackError.self) { try await run(Clumsy(), subject) }
    #expect(error?.message.contains("2 pixels; 192 are needed") == true, "\(String(describing: error))")
    let near = try await run(Corner(shift: 0.05), subject)
    #expect(near.samples.allSatisfy { $0.distance <= 0.0501 && !$0.flags.contains(.outOfReach) })
    let far = try await run(Corner(shift: 0.5), subject)
    #expect(
      far.samples.contains { $0.flags.contains(.outOfReach) } && far.samples.allSatisfy { !$0.hasFallen })
    #expect(throws: (any Error).self) {
      try Graph { scope in
        let labels = scope.full([1], 0, .int32)
        let victim = Victim(
          { $0 }, images: scope.full([1, 4], 0.5), labels: labels,
          randomness: Randomness(seed: 0, samples: labels))
        return [RayS().perturb(victim)]
      }
    }
  }
}
