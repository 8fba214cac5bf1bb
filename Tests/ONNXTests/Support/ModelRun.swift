import ArrayFiles
import Compute
import Networks
import ONNX

/// A model traced for the shapes of given inputs, with their values.
struct ModelRun {
  let graph: Graph
  let arguments: [String: HostArray]
  let parameters: [String: HostArray]

  init(_ file: ONNXModel, _ inputs: [StoredArray]) throws {
    let model = try file.model(for: inputs)
    let values = zip(model.inputs, inputs).map { port, value in
      (port.name, port.element == .float32 ? value.float32() : value.saturated)
    }
    arguments = Dictionary(values) { first, _ in first }
    parameters = model.values
    graph = try Graph { scope in
      let network = model.bound(in: scope)
      return network(
        values.map { name, value in scope.input(name, value.shape, value.type.element) })
    }
  }

  /// The outputs in double precision.
  func interpreted() throws -> [ReferenceArray] {
    try graph.interpret(arguments.merging(parameters) { first, _ in first }.mapValues { ReferenceArray($0) })
  }

  /// The outputs on a device.
  func outputs(on device: any Device) async throws -> [ReferenceArray] {
    let weights = try Weights(parameters, on: device)
    var executable = try Executable(graph, on: device)
    return try await executable.run(arguments, reading: weights).map { ReferenceArray($0) }
  }
}

extension StoredArray {
  /// Truth values as they are; integers moved to the nearest `int32`.
  fileprivate var saturated: HostArray {
    element == .bool
      ? HostArray(Shape(shape), integers.map { $0 != 0 })
      : HostArray(Shape(shape), integers.map { Int32(clamping: $0) })
  }
}
