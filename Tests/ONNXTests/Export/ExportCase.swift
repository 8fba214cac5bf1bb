import Compute
import ComputeTestSupport
import Networks

/// A model that is exported, with values for its inputs.
struct ExportCase: Sendable, CustomStringConvertible {
  let name: String
  let make: @Sendable () throws -> Model
  /// Integers are drawn from this range, floats from -1...1 unless `values` says otherwise.
  var integers: ClosedRange<Int> = 0...4
  /// The range of floats.
  var floats: ClosedRange<Double> = -1...1
  /// Values for inputs of fixed extents, by name.
  var values: [String: ReferenceArray] = [:]

  var description: String { name }

  /// The model, with parameters as they might be after training: none is 0, variances are positive.
  func model() throws -> Model {
    let model = try make()
    var generator = SeededGenerator(name: name)
    let values = model.parameters.filter { $0.value.type.element == .float32 }.map { parameter in
      let isVariance = parameter.name.hasSuffix("running_var")
      let changed = parameter.value.floats.map { value in
        isVariance
          ? Float(generator.number(in: 0.5...1.5)) : value + Float(generator.number(in: -0.05...0.05))
      }
      return (parameter.name, HostArray(parameter.value.shape, changed))
    }
    return try model.with(Dictionary(uniqueKeysWithValues: values))
  }

  /// Values for the inputs of `model`, for this many samples.
  func arguments(_ model: Model, samples: Int) -> [String: ReferenceArray] {
    var generator = SeededGenerator(name: "\(name) \(samples)")
    var arguments = values
    for port in model.inputs where values[port.name] == nil {
      let shape = Shape(port.extents.map { $0 ?? samples })
      let elements = (0..<shape.count).map { _ -> Double in
        switch port.element {
        case .float32: generator.number(in: floats)
        case .int32, .uint8: Double(Int.random(in: integers, using: &generator))
        case .bool: generator.chance(0.5) ? 1 : 0
        }
      }
      arguments[port.name] = ReferenceArray(TensorType(shape, port.element), elements)
    }
    return arguments
  }
}

extension Model {
  /// The computation for this many samples, by the names of the inputs and parameters.
  func graph(for arguments: [String: ReferenceArray]) throws -> Graph {
    try Graph { scope in
      let network = bound(in: scope)
      return network(
        inputs.map { port in
          let type = arguments[port.name]?.type ?? TensorType(.scalar)
          return scope.input(port.name, type.shape, type.element)
        })
    }
  }

  /// The outputs in double precision.
  func interpreted(_ arguments: [String: ReferenceArray]) throws -> [ReferenceArray] {
    let parameters = values.mapValues { ReferenceArray($0) }
    return try graph(for: arguments).interpret(arguments.merging(parameters) { argument, _ in argument })
  }

  /// The outputs on a device.
  func outputs(_ arguments: [String: ReferenceArray], on device: any Device) async throws -> [HostArray] {
    var executable = try Executable(try graph(for: arguments), on: device)
    let weights = try Weights(values, on: device)
    return try await executable.run(arguments.mapValues(\.hostArray), reading: weights)
  }
}
