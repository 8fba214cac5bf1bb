public import Compute

/// A function applied to every element.
public enum Activation: Layer, Hashable {
  /// The larger of x and 0.
  case relu
  /// x where positive, else the slope times x.
  case leakyRelu(slope: Double = 0.01)
  /// x where positive, else e^x - 1.
  case elu
  /// The self-normalising unit.
  case selu
  /// The Gaussian error linear unit.
  case gelu(Tensor.GELUApproximation = .none)
  /// x times its sigmoid.
  case silu
  /// x tanh(softplus(x)).
  case mish
  /// log(1 + e^x).
  case softplus
  /// 1 / (1 + e^-x).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// The sigmoid in straight lines.
  case hardSigmoid
  /// x times the sigmoid in straight lines.
  case hardSwish

  /// The elements of a float tensor of any shape, each by itself.
  public func callAsFunction(_ input: Tensor, _ scope: NetworkScope) -> Tensor { self(input) }

  /// The elements of a float tensor of any shape, each by itself.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    switch self {
    case .relu: input.relu()
    case .leakyRelu(let slope): input.leakyRelu(slope: slope)
    case .elu: input.elu()
    case .selu: input.selu()
    case .gelu(let approximation): input.gelu(approximation)
    case .silu: input.silu()
    case .mish: input.mish()
    case .softplus: input.softplus()
    case .sigmoid: input.sigmoid()
    case .tanh: input.tanh()
    case .hardSigmoid: input.hardSigmoid()
    case .hardSwish: input.hardSwish()
    }
  }
}
