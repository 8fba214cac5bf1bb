import Compute
import ComputeTestSupport
import Networks

extension ExportCase {
  /// Every architecture; the largest one only where files are written.
  static let architectures: [ExportCase] = Architecture.all.map { architecture in
    ExportCase(name: architecture.name, make: { try architecture.model(classes: 10, seed: 1) }, floats: 0...1)
  }

  /// Architectures that export quickly, one of each kind.
  static let quickArchitectures: [ExportCase] =
    architectures.filter { ["mlp", "lenet5", "cnn6", "resnet20"].contains($0.name) } + [
      ExportCase(
        name: "wrn-16-1", make: { try Model(WideResNet(depth: 16, width: 1), input: [3, 32, 32], seed: 1) },
        floats: 0...1),
      ExportCase(
        name: "vit-small",
        make: {
          try Model(
            VisionTransformer(patch: 8, width: 24, depth: 2, heads: 3), input: [3, 32, 32], seed: 1)
        }, floats: 0...1),
    ]

  /// What primitives and scalar functions do on their samples, with all extents fixed.
  static let primitives: [ExportCase] = PrimitiveSample.all.compactMap { sample in
    guard !leftOut.contains(sample.name) else { return nil }
    guard let count = try? sample.graph().outputs.count else { return nil }
    // A model without inputs has no scope to declare constants in.
    let inputs = sample.inputs.isEmpty ? [Model.Port("unused", [1])] : []
    let ports =
      inputs
      + sample.inputs.enumerated().map { index, input in
        Model.Port("x\(index)", input.type.shape.extents.map { $0 }, input.type.element)
      }
    let outputs = (0..<count).map { Model.Port("y\($0)", []) }
    return ExportCase(
      name: sample.name,
      make: {
        Model(inputs: ports, outputs: outputs, parameters: []) { x, _ in
          sample.function(x[0].scope, sample.inputs.isEmpty ? [] : x)
        }
      }, values: sample.arguments)
  }

  /// Where ONNX leaves open what runtimes do, and onnxruntime does something else.
  private static let leftOut: Set<String> = [
    "argmax of special rows", "argmin of special rows",  // the order of NaN
    "maximum of special rows", "minimum of special rows", "max pooling of special numbers",
    "sort special rows upward",
    "cast float32 to int32", "cast float32 to uint8",  // numbers that the target does not hold
    "sum of integers wraps",  // sums beyond 32 bits
    "matmul [3, 2] [0, 2, 2]",  // a product of no matrices
  ]

  /// Programs made up from seeds.
  static func programs(_ seeds: Range<UInt64>) -> [ExportCase] {
    seeds.map { seed in
      let program = RandomProgram(seed: seed)
      let arguments = program.arguments
      let ports = ["a", "b", "i", "u", "p"].compactMap { name in
        arguments[name].map { Model.Port(name, $0.type.shape.extents.map { $0 }, $0.type.element) }
      }
      let count = (try? program.graph().outputs.count) ?? 0
      return ExportCase(
        name: "program \(seed)",
        make: {
          Model(inputs: ports, outputs: (0..<count).map { Model.Port("y\($0)", []) }, parameters: []) {
            x, _ in
            program.outputs(x[0].scope, x)
          }
        }, values: arguments)
    }
  }
}
