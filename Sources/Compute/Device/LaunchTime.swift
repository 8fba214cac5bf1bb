/// How long a launch of a plan takes.
public struct LaunchTime: Hashable, Sendable, Codable {
  /// How often one run of the steps makes the launch: more than once inside loops.
  public let count: Int
  /// For each repetition of the steps, the seconds that this launch took, all its `count` times together.
  public let seconds: [Double]

  /// Makes a time.
  public init(count: Int, seconds: [Double]) {
    self.count = count
    self.seconds = seconds
  }
}
