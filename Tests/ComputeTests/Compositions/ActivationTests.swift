import Compute
import Foundation
import Testing

@Suite struct ActivationTests {
  struct Activation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let function: @Sendable (Tensor) -> Tensor
    let formula: @Sendable (Double) -> Double
    var isSmooth = true
  }

  static let all: [Activation] = [
    Activation(testDescription: "gelu", function: { $0.gelu() }) {
      0.5 * $0 * (1 + erf($0 / 2.0.squareRoot()))
    },
    Activation(testDescription: "gelu tanh", function: { $0.gelu(.tanh) }) {
      0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * pow($0, 3))))
    },
    Activation(testDescription: "silu", function: { $0.silu() }) { $0 / (1 + exp(-$0)) },
    Activation(testDescription: "softplus", function: { $0.softplus() }) { log1p(exp($0)) },
    Activation(testDescription: "mish", function: { $0.mish() }) { $0 * tanh(log1p(exp($0))) },
    Activation(
      testDescription: "elu", function: { $0.elu(scale: 0.7) }, formula: { $0 > 0 ? $0 : 0.7 * expm1($0) },
      isSmooth: false),
    Activation(
      testDescription: "selu", function: { $0.selu() },
      formula: { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * expm1($0)) }, isSmooth: false),
    Activation(
      testDescription: "leakyRelu", function: { $0.leakyRelu(slope: 0.1) },
      formula: { $0 > 0 ? $0 : 0.1 * $0 },
      isSmooth: false),
    Activation(
      testDescription: "hardSigmoid", function: { $0.hardSigmoid() },
      formula: { min(max($0 / 6 + 0.5, 0), 1) },
      isSmooth: false),
    Activation(
      testDescription: "hardSwish", function: { $0.hardSwish() },
      formula: { $0 * min(max($0 / 6 + 0.5, 0), 1) },
      isSmooth: false),
  ]

  @Test(arguments: all) func valuesFollowTheFormula(activation: Activation) throws {
    let points = [-20, -3, -2.9, -1, -0.25, 0, 0.25, 1, 2.9, 3, 20]
    let found = try values(at: [floats([points.count], points)]) { [activation.function($0[0])] }
    #expect(agree(found[0], points.map(activation.formula), within: 1e-12))
  }

  @Test(arguments: all) func derivativesAreDifferenceQuotients(activation: Activation) throws {
    let points = [-5, -2.5, -0.7, 0.4, 1.1, 4] + (activation.isSmooth ? [0] : [])
    try expectDerivatives(at: [floats([points.count], points)], order: 3) { activation.function($0[0]) }
  }

  @Test(arguments: all) func extremeInputsGiveFiniteSlopes(activation: Activation) throws {
    let found = try values(at: [floats([2], [-1e4, 1e4])]) { x in
      [activation.function(x[0]).gradient(withRespectTo: x[0])]
    }
    let isFinite = found[0].map(\.isFinite)
    #expect(isFinite == [true, true])
  }

  @Test func parametricSlopesAreByChannel() throws {
    let image = floats([1, 2, 2], [-1, 2, -3, 4])
    let found = try values(at: [image, floats([2], [0.5, 0.25]), floats([1], [0.1])]) {
      [$0[0].parametricRelu(slope: $0[1]), $0[0].parametricRelu(slope: $0[2])]
    }
    #expect(agree(found[0], [-0.5, 2, -0.75, 4]))
    #expect(agree(found[1], [-0.1, 2, -0.3, 4]))
    try expectDerivatives(at: [image, floats([2], [0.5, 0.25])]) { $0[0].parametricRelu(slope: $0[1]) }
    #expect(throws: GraphError.self) {
      _ = try Graph { [$0.input("x", [1, 2, 2]).parametricRelu(slope: $0.input("slope", [3]))] }
    }
  }
}
