/// Measures one phase of a command after the other.
struct Stopwatch {
  private var last = ContinuousClock.now

  /// The seconds since the last lap, or since the watch was made.
  mutating func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return last.duration(to: now) / .seconds(1)
  }
}
