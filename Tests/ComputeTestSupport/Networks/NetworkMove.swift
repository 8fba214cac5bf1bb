import Compute

/// One operation of a random network: from images `[N, C, H, W]` to images of as many samples.
///
/// Samples do not see each other, so that rows of Jacobians are defined.
struct NetworkMove: Sendable {
  /// What tables call it.
  let name: String
  /// Applies it, or returns nil where it does not fit images of these extents.
  let apply: @Sendable (Tensor, inout NetworkDraw) -> Tensor?

  init(_ name: String, _ apply: @escaping @Sendable (Tensor, inout NetworkDraw) -> Tensor?) {
    self.name = name
    self.apply = apply
  }

  /// Every move.
  static let all: [NetworkMove] =
    convolutions + activations + windows + products + normalizations + structure + indexing + scalars
    + transforms
}

/// What a move draws from: numbers, parameters, and the images that were there before.
struct NetworkDraw {
  let scope: Scope
  var generator: SeededGenerator
  /// The images so far, the first being the input.
  let earlier: [Tensor]
  private let limits: NetworkLimits
  private let label: String
  private var parameters = 0

  /// - Parameter label: What its parameters' names begin with.
  init(
    _ scope: Scope, _ limits: NetworkLimits, seed: UInt64, place: Int, label: String, earlier: [Tensor]
  ) {
    self.scope = scope
    self.limits = limits
    self.earlier = earlier
    self.label = label
    generator = SeededGenerator(seed: seed &* 1009 &+ UInt64(place))
  }

  /// Channels that fill blocks of 16, and such that do not.
  static let channels = [1, 3, 8, 16, 20, 24, 40]

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[int(0...(choices.count - 1))] }

  /// A number of channels that images of so many pixels may have.
  mutating func channels(_ pixels: Int) -> Int {
    pick(NetworkDraw.channels.filter { $0 == 1 || $0 * pixels <= limits.elements })
  }

  /// Weights, whose fan-in is the product of all extents but the first.
  mutating func weight(_ shape: Shape) -> Tensor { parameter("weight", shape) }
  mutating func bias(_ shape: Shape) -> Tensor { parameter("bias", shape) }
  /// Weights near 1.
  mutating func factor(_ shape: Shape) -> Tensor { parameter("scale", shape) }

  private mutating func parameter(_ kind: String, _ shape: Shape) -> Tensor {
    parameters += 1
    return scope.parameter("\(label).\(parameters).\(kind)", shape)
  }

  /// Whether images of these extents stay within the limits.
  func allows(_ channels: Int, _ height: Int, _ width: Int) -> Bool {
    (1...48).contains(channels) && (3...40).contains(height) && (3...40).contains(width)
      && channels * height * width <= limits.elements
  }
}

/// How large the images of a random network may become.
public struct NetworkLimits: Sendable {
  /// Elements of one sample.
  public let elements: Int

  /// Limits.
  public init(elements: Int = 6200) { self.elements = elements }
}
