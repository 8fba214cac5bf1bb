import ArrayFiles
import Compute
import Networks

@testable import ONNX

extension ModelBuilder {
  /// Adds a node with one input that is taken and one output, and attributes that are lists or numbers.
  mutating func step(
    _ type: String, _ inputs: [String], _ output: String, integers: [String: Int64] = [:],
    lists: [String: [Int64]] = [:]
  ) {
    node(type, inputs, [output], name: "node of " + output, integers: integers)
    for (name, values) in lists.sorted(by: { $0.key < $1.key }) {
      var attribute = AttributeProto()
      (attribute.name, attribute.type, attribute.ints) = (name, .ints, values)
      proto.graph.node[proto.graph.node.count - 1].attribute.append(attribute)
    }
  }

  /// Stores one integer without an axis.
  mutating func integer(_ name: String, _ value: Int64) {
    integers(name, [value])
    proto.graph.initializer[proto.graph.initializer.count - 1].dims = []
  }
}

extension Model {
  /// The outputs for samples, in double precision.
  func interpreted(_ samples: HostArray, mode: NetworkMode = .inference) throws -> [ReferenceArray] {
    let graph = try Graph { scope in
      bound(in: scope).applied(to: [scope.input(inputs[0].name, samples.shape)], mode: mode).outputs
    }
    var arguments = values.mapValues { ReferenceArray($0) }
    arguments[inputs[0].name] = ReferenceArray(samples)
    return try graph.interpret(arguments)
  }
}

extension HostArray {
  /// Floats that look random.
  static func scattered(_ shape: Shape, seed: Int = 0) -> HostArray {
    HostArray(
      shape, (0..<shape.count).map { Float(($0 * 7_919 + seed * 104_729 + 13) % 1_009) / 1_009 - 0.4 })
  }

  /// One sample, with its axis.
  func sample(_ index: Int) -> HostArray {
    let size = floats.count / shape[0]
    return HostArray(
      Shape([1] + shape.extents.dropFirst()), Array(floats[(index * size)..<((index + 1) * size)]))
  }
}
