import ArrayFiles
import Compute
import Networks
import Testing

@testable import ONNX

/// What is stored is a weight where an operator takes it as one, and training changes nothing else.
@Suite struct ParameterRoleTests {
  private func roles(_ builder: ModelBuilder) throws -> [String: Parameter.Role] {
    Dictionary(uniqueKeysWithValues: try builder.model().model().parameters.map { ($0.name, $0.role) })
  }

  /// A network as exporters write them: a normalised input, convolution and batch-norm, Mish, a normalisation and a product
  /// spelt out, a mask.
  static func network() -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", ["N", 2, 3, 3])
    builder.output("y", ["N", 4])
    builder.weight("mean", [1, 2, 1, 1], [0.5, 0.4])
    builder.weight("deviation", [1, 2, 1, 1], [0.2, 0.3])
    builder.node("Sub", ["x", "mean"], ["centred"])
    builder.node("Div", ["centred", "deviation"], ["normalised"])
    builder.weight("kernel", [4, 2, 3, 3], (0..<72).map { Float($0 % 7) / 10 - 0.3 })
    builder.node("Conv", ["normalised", "kernel"], ["c"])
    for name in ["scale", "shift", "running mean", "running variance"] {
      builder.weight(name, [4], [1, 2, 1, 0.5])
    }
    builder.node("BatchNormalization", ["c", "scale", "shift", "running mean", "running variance"], ["b"])
    builder.weight("one", [], [1])
    builder.node("Exp", ["b"], ["e"])
    builder.node("Add", ["e", "one"], ["e1"])
    builder.node("Log", ["e1"], ["softplus"])
    builder.node("Tanh", ["softplus"], ["t"])
    builder.node("Mul", ["b", "t"], ["mish"])
    builder.integers("flat", [-1, 4])
    builder.node("Reshape", ["mish", "flat"], ["row"])
    builder.weight("gamma", [4], [1, 2, 3, 4])
    builder.weight("beta", [4], [4, 3, 2, 1])
    builder.normalise("row", "spelt")
    builder.node("Mul", ["spelt", "gamma"], ["scaled"])
    builder.node("Add", ["scaled", "beta"], ["shifted"])
    builder.weight("stored", [4, 4], (0..<16).map { Float($0) / 16 })
    builder.step("Transpose", ["stored"], "turned", lists: ["perm": [1, 0]])
    builder.node("MatMul", ["shifted", "turned"], ["product"])
    builder.weight("bias", [4], [1, -1, 1, -1])
    builder.node("Add", ["product", "bias"], ["biased"])
    builder.weight("mask", [4], [0, 0, -10_000, 0])
    builder.node("Add", ["biased", "mask"], ["y"])
    return builder
  }

  private let expected: [String: Parameter.Role] = [
    "mean": .constant, "deviation": .constant, "kernel": .weight, "scale": .weight, "shift": .weight,
    "running mean": .statistic, "running variance": .statistic, "one": .constant, "spelt epsilon": .constant,
    "gamma": .weight, "beta": .weight, "stored": .weight, "bias": .weight, "mask": .constant,
  ]

  @Test func tellsWeightsFromConstants() throws {
    #expect(try roles(Self.network()) == expected)
  }

  @Test func keepsRolesThroughExportAndImport() throws {
    let model = try Self.network().model().model()
    let again = try ONNXModel(bytes: try model.onnx(), path: "again.onnx").model()
    let found = Dictionary(uniqueKeysWithValues: again.parameters.map { ($0.name, $0.role) })
    for (name, role) in expected { #expect(found[name] == nil || found[name] == role, "\(name)") }
    #expect(
      found.filter { $0.value == .weight }.keys.sorted()
        == expected.filter { $0.value == .weight }.keys.sorted())
    // What a file says holds against what its operators look like.
    var builder = Self.network()
    builder.proto.metadataProps = Parameter.Role.written([
      Parameter("kernel", role: .constant, HostArray([1], [Float(0)]))
    ])
    #expect(try roles(builder)["kernel"] == .constant)
  }

  @Test(arguments: [1, 2])
  func followsTheBatchInTraining(_ declared: Int) throws {
    var builder = Self.network()
    if declared == 1 {
      builder.proto.graph.input[0].type.tensorType.shape.dim[0].dimValue = 1
      builder.proto.graph.output[0].type.tensorType.shape.dim[0].dimValue = 1
    }
    let model = try builder.model().model()
    let graph = try Graph { scope in
      let x = scope.input("x", [6, 2, 3, 3])
      let network = model.bound(in: scope)
      let (outputs, statistics) = network.applied(to: [x], mode: .training(randomness: nil))
      let kernel = try #require(network.parameters["kernel"]), mean = try #require(network.parameters["mean"])
      let deviation = try #require(network.parameters["deviation"])
      let convolved = ((x - mean) / deviation).convolved(kernel)
      let own = convolved.batchNormalizedInTraining().statistics
      let old = try #require(network.parameters["running mean"])
      return [
        try #require(statistics["running mean"]), old * 0.9 + own.mean * 0.1,
        try #require(statistics["running variance"]), outputs[0], network(x),
      ]
    }
    var arguments = model.values.mapValues { ReferenceArray($0) }
    arguments["x"] = ReferenceArray(.scattered([6, 2, 3, 3]))
    let results = try graph.interpret(arguments)
    for (found, wanted) in zip(results[0].values, results[1].values) {
      let difference: Double = found - wanted
      #expect(abs(difference) < 1e-6)
    }
    #expect(results[2].values != model.values["running variance"].map { ReferenceArray($0).values })
    #expect(results[3] != results[4], "training and inference normalise alike")
  }

  @Test func trainsNoConstants() throws {
    let model = try Self.network().model().model()
    let graph = try Graph { scope in
      let network = model.bound(in: scope)
      #expect(network.weights.count == 7)
      return network([scope.input("x", [2, 2, 3, 3])])
    }
    #expect(graph.inputs.contains { $0.name == "deviation" && $0.role == .parameter })
  }

  /// A denoiser, whose result is scaled back to an image, and normalised once more for a classifier, whose outputs are
  /// scaled back too.
  static func rescaled() -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", ["N", 3, 4, 4])
    builder.output("y", ["N", 2])
    for name in ["first", "second"] {
      builder.weight(name, [3, 3, 1, 1], (0..<9).map { Float($0) / 9 - 0.4 })
      builder.weight(name + " bias", [3], [0.1, 0.2, -150])
    }
    builder.node("Conv", ["x", "first", "first bias"], ["denoised"])
    for name in ["deviation", "mean", "inverse", "moved"] {
      builder.weight(name, [1, 3, 1, 1], [0.2, 0.3, 0.4])
    }
    builder.node("Mul", ["denoised", "deviation"], ["scaled"])
    builder.node("Add", ["scaled", "mean"], ["image"])
    builder.node("Mul", ["image", "inverse"], ["unit"])
    builder.node("Add", ["unit", "moved"], ["normalised"])
    builder.node("Conv", ["normalised", "second", "second bias"], ["features"])
    builder.node("GlobalAveragePool", ["features"], ["pooled"])
    builder.node("Flatten", ["pooled"], ["row"])
    builder.weight("head", [3, 2], [1, 2, 3, 4, 5, 6])
    builder.weight("head bias", [2], [-1000, 1])
    builder.node("MatMul", ["row", "head"], ["product"])
    builder.node("Add", ["product", "head bias"], ["scores"])
    builder.weight("output deviation", [2], [5, 6])
    builder.weight("output mean", [2], [7, 8])
    builder.node("Mul", ["scores", "output deviation"], ["wide"])
    builder.node("Add", ["wide", "output mean"], ["y"])
    return builder
  }

  @Test func takesNoRescalingForWeights() throws {
    let weights = ["first", "first bias", "second", "second bias", "head", "head bias"]
    #expect(Set(try roles(Self.rescaled()).filter { $0.value == .weight }.keys) == Set(weights))
  }

  /// Patches with a class token and positions, attention with a mask, a normalisation without a scale of its own.
  static func tokens() -> ModelBuilder {
    var builder = ModelBuilder()
    builder.input("x", [1, 3, 4, 4])
    builder.output("y", [1, 6, 6])
    builder.weight("patches", [6, 3, 2, 2], (0..<72).map { Float($0 % 5) / 5 - 0.3 })
    builder.weight("patch bias", [6], [1, 2, 3, 4, 5, 6])
    builder.node("Conv", ["x", "patches", "patch bias"], ["grid"])
    builder.proto.graph.node[0].attribute = ModelBuilder.strides(2)
    builder.integers("flat", [1, 6, 4])
    builder.node("Reshape", ["grid", "flat"], ["columns"])
    builder.step("Transpose", ["columns"], "rows", lists: ["perm": [0, 2, 1]])
    builder.weight("class", [1, 1, 6], [1, 0, 2, 0, 3, 0])
    // As PyTorch writes a token that is spread over zeros for each sample.
    builder.weight("teacher", [6], [0, 1, 0, 2, 0, 3])
    builder.integers("token", [1, 1, 6])
    builder.node("ConstantOfShape", ["token"], ["zeros"])
    builder.node("Add", ["zeros", "teacher"], ["spread"])
    builder.node("Concat", ["class", "spread", "rows"], ["tokens"], integers: ["axis": 1])
    builder.weight("positions", [1, 6, 6], (0..<36).map { Float($0) / 36 })
    builder.node("Add", ["tokens", "positions"], ["placed"])
    builder.weight("keys", [6, 6], (0..<36).map { Float($0 % 7) / 7 - 0.4 })
    builder.node("MatMul", ["placed", "keys"], ["k"])
    builder.step("Transpose", ["k"], "turned", lists: ["perm": [0, 2, 1]])
    builder.node("MatMul", ["k", "turned"], ["scores"])
    builder.weight("causal", [1, 6, 6], (0..<36).map { $0 % 6 > $0 / 6 ? -10_000 : 0 })
    builder.node("Add", ["scores", "causal"], ["masked"])
    builder.node("Softmax", ["masked"], ["shares"])
    builder.node("MatMul", ["shares", "k"], ["mixed"])
    builder.normalise("mixed", "spelt", axis: 2)
    builder.weight("scale", [6], [1, 2, 1, 2, 1, 2])
    builder.weight("shift", [6], [0, 1, 0, 1, 0, 1])
    builder.node("Mul", ["spelt", "scale"], ["scaled"])
    builder.node("Add", ["scaled", "shift"], ["y"])
    return builder
  }

  @Test func takesWhatTransformersLearnForWeights() throws {
    let weights = ["patches", "patch bias", "class", "teacher", "positions", "keys", "scale", "shift"]
    #expect(Set(try roles(Self.tokens()).filter { $0.value == .weight }.keys) == Set(weights))
  }
}

extension ModelBuilder {
  fileprivate static func strides(_ step: Int64) -> [AttributeProto] {
    var attribute = AttributeProto()
    (attribute.name, attribute.type, attribute.ints) = ("strides", .ints, [step, step])
    return [attribute]
  }

  /// A normalisation as older exporters spell it, without scale and shift.
  fileprivate mutating func normalise(_ source: String, _ result: String, axis: Int64 = 1) {
    let name = { (part: String) in result + " " + part }
    step("ReduceMean", [source], name("mean"), lists: ["axes": [axis]])
    node("Sub", [source, name("mean")], [name("centred")])
    node("Mul", [name("centred"), name("centred")], [name("squares")])
    step("ReduceMean", [name("squares")], name("variance"), lists: ["axes": [axis]])
    weight(name("epsilon"), [], [1e-5])
    node("Add", [name("variance"), name("epsilon")], [name("sum")])
    node("Sqrt", [name("sum")], [name("deviation")])
    node("Div", [name("centred"), name("deviation")], [result])
  }
}
