internal import Compute
internal import Networks

/// Finds out the extents of outputs that a file does not declare, by applying the model to two samples.
struct OutputShapes {
  /// Extents by output, nil where they differ from batch to batch; nil where they cannot be found out.
  let extents: [[Int?]]?

  /// - Parameter application: The model with the extents that the file declares.
  init(_ application: ModelApplication, parameters: [Parameter]) {
    let ports = application.inputs
    let isOpen = ports.contains { $0.extents.first == .some(nil) }
    guard ports.allSatisfy({ !$0.extents.dropFirst().contains(nil) }) else {
      extents = nil
      return
    }
    let model = Model(inputs: ports, outputs: application.outputs, parameters: parameters) {
      try application($0, $1)
    }
    let graph = try? Graph { scope in
      let network = model.bound(in: scope)
      return network(
        ports.map { port in scope.input(port.name, Shape(port.extents.map { $0 ?? 2 }), port.element) })
    }
    extents = graph?.outputTypes.map { type in
      type.shape.extents.enumerated().map { $0.offset == 0 && isOpen && $0.element == 2 ? nil : $0.element }
    }
  }
}
