import ArrayFiles
import Compute
import Networks
import SwiftProtobuf
import Testing

@testable import ONNX

/// An array in a `Constant` node is for what an initializer in its place would be for.
@Suite struct ConstantWeightTests {
  private static let names =
    ["network", "tokens", "rescaled", "single numbers"] + Fixture.all.map(\.name)

  private static func builder(_ name: String) throws -> ModelBuilder {
    switch name {
    case "network": return ParameterRoleTests.network()
    case "tokens": return ParameterRoleTests.tokens()
    case "rescaled": return ParameterRoleTests.rescaled()
    case "single numbers": return singleNumbers()
    default:
      var builder = ModelBuilder()
      builder.proto = try ModelProto(serializedBytes: try Fixture(name: name).bytes())
      return builder
    }
  }

  /// Weights of one element.
  private static func singleNumbers() -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", ["N", 3])
    builder.output("y", ["N", 1])
    builder.weight("w", [3, 1], [1, -2, 3])
    builder.weight("b", [1], [0.5])
    builder.weight("slope", [1], [0.25])
    builder.node("MatMul", ["x", "w"], ["product"])
    builder.node("Add", ["product", "b"], ["biased"])
    builder.node("PRelu", ["biased", "slope"], ["y"])
    return builder
  }

  private func roles(_ model: Model) -> [String: Parameter.Role] {
    Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.role) })
      .filter { $0.value != .constant }
  }

  @Test(arguments: names) func rolesAreTheSame(_ name: String) throws {
    let builder = try Self.builder(name)
    let (stored, written) = try (builder.model().model(), builder.withConstantNodes().model().model())
    #expect(roles(written) == roles(stored))
    #expect(!roles(stored).isEmpty)
  }

  /// In training, with the gradients of all weights.
  @Test(arguments: names) func trainsAlike(_ name: String) throws {
    let builder = try Self.builder(name)
    let results = try [builder, builder.withConstantNodes()].map { builder in
      let model = try builder.model().model()
      let shape = Shape([3] + model.inputs[0].extents.dropFirst().map { $0 ?? 2 })
      let graph = try Graph { scope in
        let network = model.bound(in: scope)
        let x = scope.input(model.inputs[0].name, shape)
        let (outputs, statistics) = network.applied(to: [x], mode: .training(randomness: nil))
        let weights = roles(model).filter { $0.value == .weight }.keys.sorted()
          .compactMap { network.parameters[$0] }
        let loss = (outputs[0] * outputs[0]).sum()
        return [outputs[0]] + loss.gradients(withRespectTo: weights)
          + statistics.sorted { $0.key < $1.key }.map(\.value)
      }
      var arguments = model.values.mapValues { ReferenceArray($0) }
      arguments[model.inputs[0].name] = ReferenceArray(.scattered(shape))
      return try graph.interpret(arguments)
    }
    #expect(results[0].count == results[1].count)
    for (stored, written) in zip(results[0], results[1]) {
      let differences = zip(stored.values, written.values).map { abs($0 - $1) / max(1, abs($0)) }
      #expect(stored.shape == written.shape && differences.allSatisfy { $0 < 1e-6 })
    }
  }
}

extension ModelBuilder {
  /// The model with a `Constant` node in the place of each initializer.
  fileprivate func withConstantNodes() -> ModelBuilder {
    var builder = self
    builder.proto.graph.initializer = []
    let constants = proto.graph.initializer.map { tensor in
      var node = NodeProto()
      (node.opType, node.output) = ("Constant", [tensor.name])
      var value = AttributeProto()
      (value.name, value.type, value.t) = ("value", .tensor, tensor)
      node.attribute = [value]
      return node
    }
    builder.proto.graph.node = constants + proto.graph.node
    return builder
  }
}
