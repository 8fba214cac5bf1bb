/// How the first value of a parameter is made.
///
/// Fans are counted as in `torch.nn.init`: for a weight `[O, I, ...]` the fan-in is I and the fan-out is O, each
/// times the product of the other extents.
public enum Initializer: Hashable, Sendable, Codable {
  /// Every element the same.
  case constant(Double)
  /// Evenly between minus and plus the bound; `torch.nn.init.uniform_`.
  case uniform(bound: Double)
  /// Normal with mean 0; `torch.nn.init.normal_`.
  case normal(deviation: Double)
  /// Normal with mean 0, drawn again beyond the bound, which is no multiple of the deviation but absolute;
  /// `torch.nn.init.trunc_normal_`.
  case truncatedNormal(deviation: Double, bound: Double = 2)
  /// Even, of variance gain² / fan.
  ///
  /// He et al., "Delving deep into rectifiers", 2015; `torch.nn.init.kaiming_uniform_`.
  case kaimingUniform(_ fan: Fan = .input, gain: Gain = .relu)
  /// Normal, of variance gain² / fan.
  ///
  /// He et al., "Delving deep into rectifiers", 2015; `torch.nn.init.kaiming_normal_`.
  case kaimingNormal(_ fan: Fan = .input, gain: Gain = .relu)
  /// Even, of variance 2 gain² / (fan-in + fan-out).
  ///
  /// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010;
  /// `torch.nn.init.xavier_uniform_`.
  case xavierUniform(gain: Gain = .linear)
  /// Normal, of variance 2 gain² / (fan-in + fan-out); `torch.nn.init.xavier_normal_`.
  case xavierNormal(gain: Gain = .linear)

  /// All elements 0.
  public static let zeros = Initializer.constant(0)
  /// All elements 1.
  public static let ones = Initializer.constant(1)

  /// What PyTorch gives the weights of its convolutions and linear layers: even, of bound 1 / √fan-in.
  public static let standardWeight = Initializer.kaimingUniform(gain: .leakyRelu(slope: 5.0.squareRoot()))

  /// What PyTorch gives the bias beside such a weight: even, of the same bound.
  ///
  /// - Parameter fanIn: How many inputs each output sees.
  public static func standardBias(fanIn: Int) -> Initializer {
    .uniform(bound: 1 / Double(max(1, fanIn)).squareRoot())
  }

  /// What a variance is kept for.
  public enum Fan: String, Hashable, Sendable, Codable {
    /// The number of inputs each output sees: values keep their size forward.
    case input
    /// The number of outputs each input reaches: derivatives keep their size backward.
    case output
  }

  /// What a deviation is multiplied by to make up for the function behind; `torch.nn.init.calculate_gain`.
  public enum Gain: Hashable, Sendable, Codable {
    /// 1, for none and for the sigmoid.
    case linear
    /// √2.
    case relu
    /// √(2 / (1 + slope²)).
    case leakyRelu(slope: Double)
    /// 5/3.
    case tanh
    /// 3/4.
    case selu

    /// The number.
    public var factor: Double {
      switch self {
      case .linear: 1
      case .relu: 2.0.squareRoot()
      case .leakyRelu(let slope): (2 / (1 + slope * slope)).squareRoot()
      case .tanh: 5.0 / 3
      case .selu: 3.0 / 4
      }
    }
  }
}
