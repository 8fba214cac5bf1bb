import Compute

/// A function inside a recurrent cell, as the attribute `activations` names it.
struct RecurrentActivation {
  /// The kinds that ONNX lists; their names compare without regard to case.
  private enum Kind: String {
    case relu, tanh, sigmoid, affine, leakyrelu, thresholdedrelu, scaledtanh, hardsigmoid, elu, softsign,
      softplus

    /// The parameters' defaults, as many as the function takes; nil where there is none.
    var defaults: [Double?] {
      switch self {
      case .relu, .tanh, .sigmoid, .softsign, .softplus: []
      case .leakyrelu: [0.01]
      case .thresholdedrelu, .elu: [1]
      case .affine: [1, 0]
      case .scaledtanh: [nil, nil]
      case .hardsigmoid: [0.2, 0.5]
      }
    }
  }

  private let kind: Kind
  /// The function's parameters, those that ONNX calls alpha and beta.
  private let first: Double
  private let second: Double

  /// The activations of a node, `standard` for each direction if the attribute is missing.
  ///
  /// Each function takes its parameters from the front of `activation_alpha` and `activation_beta`, or
  /// defaults once these are used up.
  static func all(_ call: NodeCall, standard: [String], directions: Int) throws -> [RecurrentActivation] {
    var given: [String]? = nil
    switch call.attributes["activations"] {
    case .strings(let names): given = names
    case nil: break
    default: throw ImportError("attribute 'activations' should be a list of texts")
    }
    let names = given ?? (0..<directions).flatMap { _ in standard }
    guard names.count == standard.count * directions else {
      throw ImportError(
        "attribute 'activations' should have \(standard.count * directions) names, not \(names.count)")
    }
    var alphas = (try call.floats("activation_alpha") ?? [])[...]
    var betas = (try call.floats("activation_beta") ?? [])[...]
    return try names.map { name in
      guard let kind = Kind(rawValue: name.lowercased()) else {
        throw ImportError("the activation '\(name)' is not supported")
      }
      let defaults = kind.defaults
      let first = defaults.isEmpty ? 0 : alphas.popFirst() ?? defaults[0]
      let second = defaults.count < 2 ? 0 : betas.popFirst() ?? defaults[1]
      guard let first, let second else {
        throw ImportError("the activation '\(name)' needs 'activation_alpha' and 'activation_beta'")
      }
      return RecurrentActivation(kind: kind, first: first, second: second)
    }
  }

  func callAsFunction(_ x: Tensor) -> Tensor {
    switch kind {
    case .relu: x.relu()
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    case .affine: x * first + second
    case .leakyrelu: x.leakyRelu(slope: first)
    case .thresholdedrelu: (x .> first).select(x, x.zeros)
    case .scaledtanh: (x * second).tanh() * first
    case .hardsigmoid: x.hardSigmoid(slope: first, offset: second)
    case .elu: x.elu(scale: first)
    case .softsign: x / (x.absolute() + 1)
    case .softplus: x.softplus()
    }
  }
}
