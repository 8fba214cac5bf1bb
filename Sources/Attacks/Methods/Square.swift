public import Compute
internal import Foundation

/// Random squares at the surface of the ball, kept where the loss grows: an attack that asks for no gradient.
///
/// Andriushchenko et al., "Square Attack: a query-efficient black-box adversarial attack via random search", 2020, algorithm
/// 2, for the largest change of a pixel. Every sample draws squares of its own, and every offset is as likely, the last one
/// included. Arrays of one axis are searched by runs of values.
public struct Square: IterativeAttack {
  /// What is within reach.
  public var threat: ThreatModel
  /// How many images of a sample the model is shown, 1 or more: its queries.
  public var queries: Int
  /// The share of all pixels that the first squares cover, above 0 and at most 1.
  public var share: Double
  /// Whether squares shrink along with the queries that there are, in place of at fixed numbers of 10,000.
  public var rescalesSchedule: Bool
  /// What is maximised.
  public var loss: any AttackLoss

  /// Makes an attack; the defaults are those of the authors' program.
  public init(
    _ threat: ThreatModel, queries: Int = 5000, share: Double = 0.8, rescalesSchedule: Bool = true,
    loss: some AttackLoss = .margin
  ) {
    self.threat = threat
    self.queries = queries
    self.share = share
    self.rescalesSchedule = rescalesSchedule
    self.loss = loss
  }

  /// What is to be asked, the best image so far, and what that is worth.
  public struct State: TensorTree {
    var candidate, best: Tensor
    /// `[N]`.
    var bestLoss: Tensor

    /// Visits all.
    public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
      visit(&candidate)
      visit(&best)
      visit(&bestLoss)
    }
  }

  /// "square".
  public var name: String { "square" }
  /// Within the threat model.
  public var goal: Goal { .within(threat) }
  /// Scores.
  public var access: ModelAccess { .scores }
  /// One less than queries: the start is a query, too.
  public var steps: Int { queries - 1 }
  /// Queries, share and schedule.
  public var parameters: [String: ParameterValue] {
    [
      "queries": .count(queries), "share": .number(share), "rescaleSchedule": .flag(rescalesSchedule),
    ]
  }

  /// Vertical stripes at the surface of the ball.
  public func start(_ victim: Victim) -> State {
    let images = victim.images
    let grid = Grid(images.shape)
    let stripes = victim.randomness.uniform([grid.channels, 1, grid.width], in: -1..<1).signsWithoutZero
    let candidate = image(images, moved: stripes, grid)
    return State(
      candidate: candidate, best: candidate,
      bestLoss: images.scope.full([images.shape.extents.first ?? 1], -.infinity))
  }

  /// The next square, on top of the better one of the image asked and the best before.
  public func advance(_ state: State, at answer: Answer, step: Tensor, _ victim: Victim) -> State {
    let isBetter = answer.loss .> state.bestLoss || answer.hasFallen
    let best = isBetter.column(of: state.best).select(state.candidate, state.best)
    let bestLoss = isBetter.select(answer.loss, state.bestLoss)

    let grid = Grid(victim.images.shape)
    let draws = victim.randomness.step(step + 1).uniform([grid.channels + 2])
    let signs = (draws.sliced(axis: 1, from: 0, count: grid.channels) * 2 - 1).signsWithoutZero
    let all = image(
      victim.images, moved: signs.reshaped([grid.samples, grid.channels, 1, 1]), grid)
    let isInside = grid.window(
      sides: sides(after: step, grid), at: draws.sliced(axis: 1, from: grid.channels, count: 2))
    let candidate = isInside.select(all.reshaped(grid.shape), best.reshaped(grid.shape))
    return State(candidate: candidate.reshaped(victim.images.shape), best: best, bestLoss: bestLoss)
  }

  /// The image that is asked.
  public func image(of state: State) -> Tensor { state.candidate }

  /// Every pixel moved by the radius, as far as its range goes.
  ///
  /// - Parameter signs: -1 or 1, to broadcast over the grid.
  private func image(_ images: Tensor, moved signs: Tensor, _ grid: Grid) -> Tensor {
    let shift = signs.broadcast(to: grid.shape).reshaped(images.shape) * threat.reach(from: images)
    return threat.project(images + shift, around: images)
  }

  /// The extents of the square that follows after `step` steps, scalars.
  private func sides(after step: Tensor, _ grid: Grid) -> (Tensor, Tensor) {
    let stages = schedule.map { (after: $0.after, sides: grid.sides(covering: $0.share)) }
    func side(_ extent: (Int, Int) -> Int) -> Tensor {
      var (side, last) = (step.scope.full(.scalar, 0), 0)
      for stage in stages {
        let next = extent(stage.sides.0, stage.sides.1)
        if next != last {
          side = side + (step .>= Double(stage.after)).cast(to: .float32) * Double(next - last)
        }
        last = next
      }
      return side
    }
    return (side { height, _ in height }, side { _, width in width })
  }

  /// From how many steps on squares cover which share.
  var schedule: [(after: Int, share: Double)] {
    let marks = [0, 10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]
    return marks.enumerated().map { index, mark in
      // The first square is number 1, and the marks belong to the larger share.
      let first: Int
      if index == 0 {
        first = 1
      } else if rescalesSchedule {
        // The least number i for which i * 10000 / queries, rounded down, exceeds the mark.
        first = ((mark + 1) * queries + 9999) / 10000
      } else {
        first = mark + 1
      }
      return (max(0, first - 1), share / Double(1 << index))
    }
  }

  /// Images as channels of rows and columns.
  private struct Grid {
    let samples, channels, height, width: Int

    init(_ shape: Shape) {
      let extents = shape.extents
      samples = extents.first ?? 1
      width = extents.count > 1 ? extents[extents.count - 1] : 1
      height = extents.count > 2 ? extents[extents.count - 2] : 1
      channels = extents.dropFirst().dropLast(2).reduce(1, *)
    }

    var shape: Shape { [samples, channels, height, width] }

    /// The extents of a square that covers a share of all pixels.
    func sides(covering share: Double) -> (Int, Int) {
      if height == 1 { return (1, min(width, max(1, Int((share * Double(width)).rounded())))) }
      let side = max(1, Int((share * Double(height * width)).squareRoot().rounded()))
      return (min(side, height, width), min(side, height, width))
    }

    /// Where a window is, `bool[N, 1, H, W]`.
    ///
    /// - Parameters:
    ///   - sides: Its extents, scalars.
    ///   - draws: `[N, 2]`, of 0..<1.
    func window(sides: (Tensor, Tensor), at draws: Tensor) -> Tensor {
      let rows = isInside(height, sides.0, draws.sliced(axis: 1, from: 0, count: 1), axis: 2)
      return rows && isInside(width, sides.1, draws.sliced(axis: 1, from: 1, count: 1), axis: 3)
    }

    private func isInside(_ extent: Int, _ side: Tensor, _ draw: Tensor, axis: Int) -> Tensor {
      let last = Double(extent) - side
      let first = (draw.reshaped([samples, 1, 1, 1]) * (last + 1)).floor().minimum(last)
      var places = [1, 1, 1, 1]
      places[axis] = extent
      let place = draw.scope.iota(Shape(places), axis: axis).cast(to: .float32)
      return place .>= first && place .< first + side
    }
  }
}

extension Tensor {
  /// -1 below 0, else 1.
  fileprivate var signsWithoutZero: Tensor {
    (self .< 0).select(scope.full(shape, -1), scope.full(shape, 1))
  }
}

extension Setting {
  /// How many images of a sample the model is shown.
  public static let queries = Setting(
    "queries", ["queries", "n-queries", "max-queries"], .count(1...1_000_000),
    "How many images of a sample the model is shown.")
  /// The share of all pixels that the first squares cover.
  public static let squareShare = Setting(
    "share", ["share", "p-init"], .number(1e-6...1), "The share of all pixels that the first squares cover.")
  /// Whether a schedule runs along with the queries that there are.
  public static let rescaleSchedule = Setting(
    "rescaleSchedule", ["rescale-schedule"], .flag,
    "Shrink squares along with the queries that there are, not at fixed numbers.")
}

extension AttackRecipe {
  /// The square attack.
  public static let square = AttackRecipe(
    ["square"], "random squares, kept where the loss grows; asks for no gradient", norms: [.infinity],
    { Square($0) },
    settings: [
      .count(.queries, \.queries), .number(.squareShare, \.share),
      .flag(.rescaleSchedule, \.rescalesSchedule), .loss(\.loss),
    ])
}
