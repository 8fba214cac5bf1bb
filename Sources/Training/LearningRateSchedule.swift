import Foundation

/// How the learning rate changes while training proceeds.
public indirect enum LearningRateSchedule: Hashable, Sendable, Codable {
  /// The same all the time.
  case constant(Double)
  /// In a straight line.
  case linear(from: Double, to: Double = 0)
  /// Along half a period of a cosine, without restarts.
  ///
  /// Loshchilov and Hutter, "SGDR", 2017, equation 5.
  case cosine(from: Double, to: Double = 0)
  /// One rate first, then others from given shares of the steps on, in rising order.
  case piecewise(Double, [Piece])
  /// Rising in a straight line to the first rate of another schedule, which takes the remaining steps.
  ///
  /// The first step has a rate above 0. The share of the steps that rise lies in 0...1.
  case warmUp(share: Double, then: LearningRateSchedule)

  /// A straight line up and another down to 0.
  ///
  /// The cyclic schedule of Wong, Rice and Kolter, "Fast is better than free", 2020.
  public static func cyclic(peak: Double, rising share: Double = 0.4) -> LearningRateSchedule {
    .warmUp(share: share, then: .linear(from: peak))
  }

  /// A rate and when it begins.
  public struct Piece: Hashable, Sendable, Codable {
    /// The share of the steps after which it holds, in 0...1.
    public var start: Double
    /// The rate.
    public var rate: Double

    /// Makes a piece.
    public init(from start: Double, _ rate: Double) {
      self.start = start
      self.rate = rate
    }
  }

  /// The rate of one step.
  ///
  /// - Parameters:
  ///   - step: From 0.
  ///   - count: How many steps there are.
  public func rate(at step: Int, of count: Int) -> Double {
    let share = Double(step) / Double(max(1, count))
    switch self {
    case .constant(let rate): return rate
    case .linear(let first, let last): return first + (last - first) * share
    case .cosine(let first, let last):
      return last + (first - last) * (1 + cos(Double.pi * share)) / 2
    case .piecewise(let first, let pieces):
      return pieces.last { $0.start <= share }?.rate ?? first
    case .warmUp(let rising, let schedule):
      let steps = Int((rising * Double(count)).rounded())
      guard step < steps else { return schedule.rate(at: step - steps, of: count - steps) }
      return schedule.rate(at: 0, of: count - steps) * Double(step + 1) / Double(steps)
    }
  }
}
