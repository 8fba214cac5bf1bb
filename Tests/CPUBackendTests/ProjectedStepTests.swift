import CPUBackend
import Compute
import ComputeTestSupport
import Testing

/// The kernels of a projected step against the composition that it means, on the same device.
@Suite struct ProjectedStepTests {
  private static let shapes: [Shape] = [[3, 5], [2, 3, 32, 32], [1, 4097], [4, 1, 16, 17], [2, 256]]

  /// The step by its kernel, and step by step.
  private func results(_ norm: VectorNorm, _ shape: Shape) async throws -> [HostArray] {
    let graph = try Graph { scope in
      let (x, g, clean) = (scope.input("x", shape), scope.input("g", shape), scope.input("clean", shape))
      let (size, radius) = (scope.input("size", [shape[0]]), scope.input("radius", [shape[0]]))
      let stepped = x.steppedAndProjected(norm, along: g, by: size, around: clean, radius: radius)
      let moved = x + g.steepestStep(norm, size: size)
      return [stepped, moved.projected(norm, around: clean, radius: radius)]
    }
    var generator = SeededGenerator(name: "\(norm) \(shape)")
    func numbers(_ shape: Shape, _ range: ClosedRange<Double>) -> HostArray {
      HostArray(shape, (0..<shape.count).map { _ in Float(generator.number(in: range)) })
    }
    let scale = norm == .two ? Double(shape.count / shape[0]).squareRoot() : 1
    let arguments = [
      "x": numbers(shape, 0...1), "g": numbers(shape, -1e-3...1e-3), "clean": numbers(shape, 0...1),
      "size": numbers([shape[0]], 0...0.1 * scale), "radius": numbers([shape[0]], 0.1 * scale...0.6 * scale),
    ]
    return try await outputs(of: graph, arguments, on: CPUDevice())
  }

  @Test(arguments: shapes) func hasTheBitsOfItsDefinitionInLInfinity(_ shape: Shape) async throws {
    let values = try await results(.infinity, shape)
    #expect(values[0].bytes == values[1].bytes)
  }

  @Test(arguments: shapes) func agreesWithItsDefinitionInL2(_ shape: Shape) async throws {
    let values = try await results(.two, shape)
    #expect(relativeError(values[0], ReferenceArray(values[1])) <= 1e-6)
  }

  @Test(arguments: [VectorNorm.infinity, .two]) func isOneLaunchOfALoop(_ norm: VectorNorm) async throws {
    let graph = try Graph { scope in
      let (clean, g) = (scope.input("clean", [2, 64]), scope.input("g", [2, 64]))
      let (size, radius) = (scope.full([2], 0.25), scope.full([2], 0.5))
      return [
        clean.iterated(10) { $0.steppedAndProjected(norm, along: g, by: size, around: clean, radius: radius) }
      ]
    }
    for family in [KernelFamily.cpu, .gpu] {
      let plan = Plan(graph, family: family)
      #expect(plan.launchesByKernel[norm == .two ? "pgd_step_l2" : "pgd_step_linf"] == 10)
      // One more copies the start.
      #expect(plan.launchCount == 11, "\(plan)")
    }
    let arguments = [
      "clean": HostArray([2, 64], (0..<128).map { Float($0) / 127 }),
      "g": HostArray([2, 64], (0..<128).map { Float($0 % 7) - 3 }),
    ]
    let errors = try await relativeErrors(graph, arguments, on: CPUDevice())
    #expect(errors.allSatisfy { $0 < 1e-5 }, "\(errors)")
  }

  /// Carried values that swap or feed each other are not written over while somebody reads them.
  @Test func loopsOverSeveralValuesKeepWhatOthersRead() async throws {
    let graph = try Graph { scope in
      let (a, b) = (scope.input("a", [4, 4]), scope.input("b", [4, 4]))
      let state = [a, b].iterated(3) { [$0[1].matmul($0[0]), $0[0].matmul($0[1]) * 0.5] }
      let pair = [a, b].iterated(3) { state -> [Tensor] in
        let product = state[0].matmul(b)
        return [product, product]
      }
      return state + pair + [
        a.iterated(4) { $0.matmul($0) * 0.1 + a.matmul(b) }, a.iterated(2) { $0.matmul(b) },
      ]
    }
    var generator = SeededGenerator(seed: 2)
    func matrix() -> HostArray {
      HostArray([4, 4], (0..<16).map { _ in Float(generator.number(in: -0.5...0.5)) })
    }
    let errors = try await relativeErrors(graph, ["a": matrix(), "b": matrix()], on: CPUDevice())
    #expect(errors.allSatisfy { $0 < 1e-5 }, "\(errors)")
  }

  @Test func misuseIsFoundWhileTracing() throws {
    func trace(_ norm: VectorNorm, _ pixels: ClosedRange<Double>, radius: Shape) throws {
      _ = try Graph { scope in
        let x = scope.input("x", [2, 3])
        let size = scope.full([2], 0.1)
        return [
          x.steppedAndProjected(
            norm, along: x, by: size, around: x, radius: scope.full(radius, 1), pixels: pixels)
        ]
      }
    }
    try trace(.two, -1...1, radius: [2])
    #expect(throws: GraphError.self) { try trace(.two, -2...1, radius: [2]) }
    #expect(throws: GraphError.self) { try trace(.infinity, -1...1, radius: [2]) }
    #expect(throws: GraphError.self) { try trace(.one, 0...1, radius: [2]) }
    #expect(throws: GraphError.self) { try trace(.two, 0...1, radius: [3]) }
  }
}
