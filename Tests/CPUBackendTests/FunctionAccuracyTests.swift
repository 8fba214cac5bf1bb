import CPUBackend
import Compute
import Testing

/// Inverse circular and hyperbolic functions over the whole range of floats, in units of the last place.
@Suite struct FunctionAccuracyTests {
  @Test(arguments: [
    ScalarFunction.tan, .asin, .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh,
  ]) func errsInTheLastPlacesOnly(_ function: ScalarFunction) async throws {
    let numbers = Self.numbers(function)
    let graph = try Graph { scope in [Tensor.apply(function, [scope.input("x", [numbers.count])])] }
    var executable = try Executable(graph, on: CPUDevice(threads: 1))
    let input = HostArray([numbers.count], numbers)
    let found = ReferenceArray(try await executable.run(["x": input])[0]).values
    let expected = try graph.interpret(["x": ReferenceArray(input)])[0].values
    for (index, number) in numbers.enumerated() {
      let (value, exact) = (found[index], expected[index])
      if exact.isNaN || Float(exact).isInfinite {
        #expect(
          value.isNaN == exact.isNaN && (exact.isNaN || value == Double(Float(exact))),
          "\(function)(\(number))")
        continue
      }
      let unit = Double(max(Float(exact).ulp, .leastNormalMagnitude.ulp))
      #expect(abs(value - exact) <= 4.5 * unit, "\(function)(\(number)) is \(value), not \(exact)")
    }
  }

  /// Floats of every exponent, both signs, and the edges; the tangent loses digits beyond 1e5.
  private static func numbers(_ function: ScalarFunction) -> [Float] {
    let steps: [UInt32] = (0..<40_000).map { $0 &* 107_377 }
    let spread = steps.map { Float(bitPattern: $0) }
    let edges: [Float] = [0, -0.0, 1, -1, 0.5, -0.5, 89, -89, 89.4, 89.5, .infinity, -.infinity, .nan]
    return (spread + edges).filter { function != .tan || abs($0) < 1e5 }
  }
}
