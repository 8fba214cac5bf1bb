public import Compute

/// A network made up from a seed: images, a chain of moves, and a head that gives logits.
///
/// Samples do not see each other. Masks of activations, indices of pools, groups of rows and products are neighbours in it
/// as in no hand-written model: every ordered pair of moves can be asked for.
public struct RandomNetwork: Sendable, CustomStringConvertible {
  /// What the network is made from.
  public let seed: UInt64
  /// How many samples there are.
  public let samples: Int
  /// How many logits there are.
  public let classes: Int
  private let image: Shape
  private let limits: NetworkLimits
  private let moves: [Int]

  /// The seed and the moves.
  public var description: String {
    let names = moves.map { NetworkMove.all[$0].name }.joined(separator: ", ")
    return "random network \(seed): \(samples) x \(image) -> \(names) -> \(classes) logits"
  }

  /// The pairs of moves of which one reads the other's result.
  public var pairs: Set<MovePair> {
    Set(zip(moves, moves.dropFirst()).map { MovePair($0.0, $0.1) })
  }

  /// A network of `length` moves that fit each other.
  ///
  /// - Parameters:
  ///   - wishes: Pairs of moves to have in it, where images of the extents drawn allow; equal seeds and wishes give equal
  ///     networks.
  ///   - limits: How large images may become.
  public init(
    seed: UInt64, length: Int = 7, wishing wishes: Set<MovePair> = [], limits: NetworkLimits = NetworkLimits()
  ) throws {
    var generator = SeededGenerator(seed: seed)
    self.seed = seed
    self.limits = limits
    samples = Int.random(in: 1...3, using: &generator)
    classes = Int.random(in: 2...5, using: &generator)
    image = RandomNetwork.image(limits, &generator)
    var chosen: [Int] = []
    let (count, shape) = (samples, image)
    var tries = 0
    _ = try Graph { scope in
      var images = [scope.input("x", Shape([count] + shape.extents))]
      while chosen.count < length {
        let order = RandomNetwork.order(after: chosen.last, wishes, &generator)
        let next = order.lazy.compactMap { move in
          tries += 1
          return RandomNetwork.applied(move, scope, limits, seed, chosen.count, "try\(tries)", images).map {
            (move, $0)
          }
        }.first
        guard let next else { break }
        chosen.append(next.0)
        images.append(next.1)
      }
      return [images[images.count - 1]]
    }
    moves = chosen
  }

  private static func image(_ limits: NetworkLimits, _ generator: inout SeededGenerator) -> Shape {
    let channels = NetworkDraw.channels.randomElement(using: &generator) ?? 3
    let extents = (0..<2).map { _ in
      generator.chance(0.3)
        ? [8, 16, 32].randomElement(using: &generator) ?? 16 : Int.random(in: 5...40, using: &generator)
    }
    let fits = channels * extents[0] * extents[1] <= limits.elements
    return fits ? Shape([channels] + extents) : Shape([channels, 5 + extents[0] % 8, 5 + extents[1] % 8])
  }

  /// The moves in the order in which they are tried: those that make a wish come true or begin one, then the others.
  private static func order(
    after last: Int?, _ wishes: Set<MovePair>, _ generator: inout SeededGenerator
  ) -> [Int] {
    let all = Array(NetworkMove.all.indices).shuffled(using: &generator)
    guard !wishes.isEmpty else { return all }
    let wished = all.filter { move in last.map { wishes.contains(MovePair($0, move)) } ?? false }
    let begun = Set(wishes.map(\.producer))
    return wished + all.filter { begun.contains($0) } + all
  }

  /// What a move makes of the last images, or nil where it does not fit them or they would become too large.
  private static func applied(
    _ move: Int, _ scope: Scope, _ limits: NetworkLimits, _ seed: UInt64, _ place: Int, _ label: String,
    _ images: [Tensor]
  ) -> Tensor? {
    var draw = NetworkDraw(
      scope, limits, seed: seed, place: place, label: label, earlier: Array(images.dropLast()))
    let input = images[images.count - 1]
    guard let result = NetworkMove.all[move].apply(input, &draw) else { return nil }
    let s = result.shape
    return s.rank == 4 && s[0] == input.shape[0] && draw.allows(s[1], s[2], s[3]) ? result : nil
  }

  /// The images, the last value that is one, and the logits.
  func traced(_ scope: Scope) -> (input: Tensor, trunk: Tensor, logits: Tensor) {
    var images = [scope.input("x", Shape([samples] + image.extents))]
    for (place, move) in moves.enumerated() {
      guard let next = RandomNetwork.applied(move, scope, limits, seed, place, "move\(place)", images) else {
        preconditionFailure("a move that fitted while the network was made fits again")
      }
      images.append(next)
    }
    let trunk = images[images.count - 1]
    var generator = SeededGenerator(seed: ~seed)
    let features: Tensor =
      switch Int.random(in: 0...2, using: &generator) {
      case 0: trunk.flattened()
      case 1: trunk.globalAveragePooled()
      default: trunk.maximum(over: [2, 3])
      }
    let logits =
      features.matmul(scope.parameter("head.weight", [features.shape[1], classes]))
      + scope.parameter("head.bias", [classes])
    return (images[0], trunk, logits)
  }

  /// Values for the inputs of a graph of this network.
  ///
  /// - Parameter attempt: Other numbers for each, so that what fails at a kink alone fails once.
  public func arguments(for graph: Graph, attempt: UInt64 = 0) -> [String: HostArray] {
    var values: [String: HostArray] = [:]
    for input in graph.inputs {
      var generator = SeededGenerator(name: "\(seed) \(attempt) \(input.name)")
      let shape = input.type.shape
      let fan = input.name == "head.weight" ? shape[0] : shape.extents.dropFirst().reduce(1, *)
      let range: ClosedRange<Double> =
        if input.name.hasSuffix("scale") { 0.5...1.5 } else if input.name.hasSuffix("bias") {
          -0.4...0.4
        } else if input.role == .argument { -1...1 } else {
          -(4 / Double(fan)).squareRoot()...(4 / Double(fan)).squareRoot()
        }
      values[input.name] = HostArray(shape, (0..<shape.count).map { _ in Float(generator.number(in: range)) })
    }
    return values
  }
}

/// Two moves of which the second reads what the first made.
public struct MovePair: Hashable, Sendable, CustomStringConvertible {
  let producer, consumer: Int

  init(_ producer: Int, _ consumer: Int) { (self.producer, self.consumer) = (producer, consumer) }

  /// `producer -> consumer`.
  public var description: String {
    "\(NetworkMove.all[producer].name) -> \(NetworkMove.all[consumer].name)"
  }

  /// Every ordered pair.
  public static let all = Set(
    NetworkMove.all.indices.flatMap { a in NetworkMove.all.indices.map { MovePair(a, $0) } })
}
