public import Compute

/// An attack that decides on the host what to ask next: bisections, and whatever depends on answers in a way that no graph
/// expresses.
///
/// Many samples are searched side by side, so that questions fill tiles; the answers for a sample depend on that sample
/// alone. Remembering the best image, counting, and checking are not in it, as in every attack.
public protocol SearchingAttack: Attack {
  /// The most images of a sample that it asks about, 1 or more.
  var queries: Int { get }

  /// Asks until it knows enough, or until every sample has had its queries.
  ///
  /// - Throws: What the oracle throws.
  func search(_ oracle: Oracle) async throws
}

extension SearchingAttack {
  /// The clean images: what such an attack finds is known to ``AttackRunner`` alone.
  public func perturb(_ victim: Victim) -> Tensor {
    victim.images.scope.fail(
      AttackError(
        .usage, "the attack '\(name)' asks from the host, so it is no part of a graph; run it by AttackRunner"
      ))
    return victim.images
  }
}

/// Answers questions about images of some samples, and remembers and counts what it was asked.
public final class Oracle {
  /// A question: an image for one of the samples.
  public struct Question: Sendable {
    /// Which sample, of 0..<``Oracle/count``.
    public let sample: Int
    /// As many pixels as the sample has, in row-major order.
    public let image: [Float]

    /// Makes a question.
    public init(_ sample: Int, _ image: [Float]) {
      self.sample = sample
      self.image = image
    }
  }

  /// What the model says.
  public struct Reply: Hashable, Sendable {
    /// Whether the criterion is met.
    public let hasFallen: Bool
    /// What the attack maximises; -inf where a logit is not finite.
    public let loss: Float
  }

  /// How many samples are searched together.
  public var count: Int { positions.count }
  /// Which restart this is, from 0.
  public let restart: Int
  /// How many questions each sample has had.
  public private(set) var queries: [Int]
  let positions: [Int]
  private let images: [[Float]]
  private let ask: ([Question], Oracle) async throws -> [Reply]

  init(
    _ positions: [Int], restart: Int, images: [[Float]],
    ask: @escaping ([Question], Oracle) async throws -> [Reply]
  ) {
    (self.positions, self.restart, self.images, self.ask) = (positions, restart, images, ask)
    queries = [Int](repeating: 0, count: positions.count)
  }

  /// The clean image of a sample, in row-major order.
  public func image(_ sample: Int) -> [Float] { images[sample] }

  /// What the model says about images; several of one sample are several queries.
  ///
  /// - Throws: ``AttackError`` for an image of another size; `CancellationError`, after which what was found so far counts;
  ///   `DeviceError`.
  public func reply(to questions: [Question]) async throws -> [Reply] {
    for question in questions {
      guard images.indices.contains(question.sample), question.image.count == images[question.sample].count
      else {
        throw AttackError(
          .usage,
          "a question about sample \(question.sample) of \(count) has \(question.image.count) pixels; "
            + "\(images.first?.count ?? 0) are needed")
      }
    }
    let replies = try await ask(questions, self)
    for question in questions { queries[question.sample] += 1 }
    return replies
  }
}
