public import Compute

/// A network with its parameters: a function of tensors, and a value for everything it keeps.
///
/// A model is a value that names no device. To use it, bind it in a graph: that declares its parameters, and the
/// bound model can then be applied any number of times.
///
///     let graph = try Graph { scope in
///       let network = model.bound(in: scope)
///       return [network(scope.input("images", [128, 3, 32, 32]))]
///     }
///     let weights = try Weights(model.values, on: device)
public struct Model: Sendable {
  /// A value that the model takes or gives.
  public struct Port: Hashable, Sendable {
    /// The name.
    public let name: String
    /// The extents, nil where any is taken; axis 0 of a classifier's ports counts samples.
    public let extents: [Int?]
    /// What the elements are.
    public let element: ElementType

    /// Makes a port.
    public init(_ name: String, _ extents: [Int?], _ element: ElementType = .float32) {
      self.name = name
      self.extents = extents
      self.element = element
    }
  }

  /// What the function is given besides its inputs.
  public typealias Function = @Sendable (_ inputs: [Tensor], _ parameters: NetworkScope) throws -> [Tensor]

  /// What it takes, in order.
  public let inputs: [Port]
  /// What it gives, in order.
  public let outputs: [Port]
  /// Everything it keeps, in the order of its use; names are unique.
  public var parameters: [Parameter]
  private let function: Function
  /// What tracing the function told, so that nobody traces it again to learn the same.
  let findings = ModelFindings()

  /// Makes a model of a function whose parameters all have values.
  ///
  /// - Parameter function: Looks parameters up in the scope it is given. What it throws, tracing the graph throws.
  public init(
    inputs: [Port], outputs: [Port], parameters: [Parameter], _ function: @escaping Function
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.parameters = parameters
    self.function = function
  }

  /// The values of the parameters by name, as ``Compute/Weights`` takes them.
  public var values: [String: HostArray] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
  }

  /// This model with other values for parameters of the same names and types.
  ///
  /// - Throws: ``LayerError`` that names the first parameter that the model does not have, or has in another type, as
  ///   where the values are those of another model.
  public func with(_ values: [String: HostArray]) throws(LayerError) -> Model {
    var model = self
    let places = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, $0) })
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let index = places[name] else {
        throw LayerError(
          "", "the model has no parameter '\(name)'; are these the values of another model?")
      }
      let type = parameters[index].value.type
      guard type == value.type else {
        throw LayerError(
          "",
          "the parameter '\(name)' is \(type), and its new value \(value.type); are these the values of another model?"
        )
      }
      model.parameters[index].value = value
    }
    return model
  }

  /// Declares the parameters in `scope`, in order, so that the model can be applied to tensors of the same graph.
  public func bound(
    in scope: Scope, fileID: StaticString = #fileID, line: UInt = #line
  ) -> BoundModel {
    var tensors: [String: Tensor] = [:]
    tensors.reserveCapacity(parameters.count)
    for parameter in parameters {
      let type = parameter.value.type
      tensors[parameter.name] = scope.parameter(
        parameter.name, type.shape, type.element, fileID: fileID, line: line)
    }
    return BoundModel(model: self, parameters: tensors, scope: scope)
  }

  func apply(_ inputs: [Tensor], _ parameters: NetworkScope) throws -> [Tensor] {
    try function(inputs, parameters)
  }
}

/// A model whose parameters are symbols of a graph.
public struct BoundModel {
  /// The model.
  public let model: Model
  /// The symbols of its parameters by name.
  public let parameters: [String: Tensor]
  let scope: Scope

  /// The same model with other symbols for some parameters: weights that were moved, or inputs of the graph.
  ///
  /// What is computed from the model's own symbols can be differentiated through, as by meta-learning.
  ///
  /// - Parameter tensors: By name, of the types that the parameters have; else tracing fails.
  public func with(_ tensors: [String: Tensor]) -> BoundModel {
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      guard let own = parameters[name] else {
        scope.fail(
          LayerError("", "the model has no parameter '\(name)' that could be bound to another tensor"))
        return self
      }
      guard own.type == tensor.type else {
        scope.fail(
          LayerError("", "the parameter '\(name)' is \(own.type), and cannot be bound to \(tensor.type)"))
        return self
      }
    }
    return BoundModel(model: model, parameters: parameters.merging(tensors) { $1 }, scope: scope)
  }

  /// The symbols of the parameters that training changes, in the model's order.
  public var weights: [Tensor] {
    model.parameters.filter { $0.role == .weight }.compactMap { parameters[$0.name] }
  }

  /// The first output for a first input: logits `[N, K]` of images for a classifier.
  ///
  /// What the model's function throws becomes the failure of the trace.
  public func callAsFunction(_ input: Tensor) -> Tensor { callAsFunction([input]).first ?? input }

  /// All outputs in inference mode.
  public func callAsFunction(_ inputs: [Tensor]) -> [Tensor] {
    applied(to: inputs, mode: .inference).outputs
  }

  /// All outputs, and the new values of running statistics, by parameter name, in training mode.
  public func applied(
    to inputs: [Tensor], mode: NetworkMode
  ) -> (outputs: [Tensor], statistics: [String: Tensor]) {
    let scope = NetworkScope(parameters: parameters, mode: mode, in: self.scope)
    do {
      return (try model.apply(inputs, scope), scope.statistics)
    } catch {
      self.scope.fail(error)
      return (model.outputs.map { _ in self.scope.full(.scalar, 0) }, [:])
    }
  }
}

/// How a network is evaluated.
public enum NetworkMode {
  /// With running statistics and without dropout: each sample by itself.
  case inference
  /// With the statistics of the batch, measuring running ones; dropout draws from `randomness`, or does nothing if nil.
  case training(randomness: Randomness?)
}
