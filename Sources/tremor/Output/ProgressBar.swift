import Foundation
import Synchronization

/// A line on standard error that says how far a long computation is, how fast it goes and how long it will
/// take.
///
/// Nothing is shown in the first second, and nothing at all where standard error is no terminal. A terminal without escape
/// codes gets a line of its own every ten seconds.
final class ProgressBar: Sendable {
  /// Work that is done, of what there is, and something to say about it.
  struct Status {
    var done = 0.0
    var total: Double
    var note = ""
  }

  private struct State {
    var status: Status
    /// When work began: what comes before, such as planning, says nothing about its rate.
    var start: ContinuousClock.Instant?
    var hasFinished = false
    var isVisible = false
    var cleanup: Int?
  }

  private let label: String
  private let unit: String
  private let start = ContinuousClock.now
  private let state: Mutex<State>
  private let isShown: Bool
  private let isLive: Bool

  /// Starts to count.
  ///
  /// - Parameters:
  ///   - label: What is going on, in a word.
  ///   - total: How many units of work there are.
  ///   - unit: What is counted.
  ///   - output: How the command answers.
  init(_ label: String, total: Int, unit: String = "samples", _ output: OutputOptions) {
    self.label = label
    self.unit = unit
    state = Mutex(State(status: Status(total: Double(max(1, total)))))
    isShown = !output.quiet && Terminal.errorsAreShownToPeople
    isLive = Terminal.takesEscapeCodes
    guard isShown else { return }
    // A signal leaves no half of a line behind.
    let cleanup = Interruption.atEnd { [weak self] in self?.finish() }
    state.withLock { $0.cleanup = cleanup }
    // Time passes while a tile is computed, so the line is drawn by itself too.
    let pause = isLive ? Duration.milliseconds(250) : .seconds(10)
    Task.detached { [weak self] in
      try? await Task.sleep(for: max(.seconds(1), pause))
      while let self, self.draw() { try? await Task.sleep(for: pause) }
    }
  }

  deinit { if let cleanup = state.withLock({ $0.cleanup }) { Interruption.forget(cleanup) } }

  /// Takes note of how many units are done.
  func update(_ done: Int, note: String = "") {
    guard isShown else { return }
    let total = state.withLock { $0.status.total }
    update(Status(done: Double(done), total: total, note: note))
  }

  /// Takes note of how many units are done, and of how many there are now.
  func update(_ status: Status) {
    guard isShown else { return }
    state.withLock { state in
      state.status = status
      state.start = state.start ?? .now
    }
    if isLive, start.duration(to: .now) >= .seconds(1) { draw() }
  }

  /// Takes the line away.
  func finish() {
    state.withLock { state in
      state.hasFinished = true
      if state.isVisible, isLive { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
      state.isVisible = false
    }
  }

  /// Draws the line anew.
  ///
  /// - Returns: Whether there will be anything to draw later.
  @discardableResult private func draw() -> Bool {
    state.withLock { state in
      guard !state.hasFinished else { return false }
      state.isVisible = true
      let begin = state.status.done > 0 ? state.start ?? start : start
      let line = ProgressBar.line(
        label, state.status, unit, after: begin.duration(to: .now),
        columns: isLive ? Terminal.columns - 1 : 79)
      Terminal.write(isLive ? "\r\(line)\u{1B}[K" : line + "\n", to: STDERR_FILENO)
      return true
    }
  }

  /// The line, in at most so many columns: what says least is left out first, the bar before the numbers.
  static func line(
    _ label: String, _ status: Status, _ unit: String, after time: Duration, columns: Int = 79
  ) -> String {
    let share = status.total > 0 ? min(1, max(0, status.done / status.total)) : 1
    let bar = self.bar(share, 20)
    let percentage = "\(Int(share * 100)) %"
    let counts = "\(Format.large(status.done))/\(Format.large(status.total)) \(unit)"
    let seconds = time / .seconds(1)
    var (rate, rest) = ([String](), [Format.clock(seconds)])
    if status.done > 0, seconds > 0 {
      let speed = status.done / seconds
      rate = ["\(Format.rate(speed))/s"]
      rest = ["\(Format.clock(max(0, status.total - status.done) / speed)) left"]
    }
    let note = status.note.isEmpty ? [] : [status.note]
    let forms: [[String]] = [
      ["\(label) \(bar) \(percentage)", counts] + rate + rest + note,
      ["\(label) \(self.bar(share, 10)) \(percentage)", counts] + rate + rest + note,
      ["\(label) \(percentage)", counts] + rate + rest + note,
      ["\(label) \(percentage)"] + rate + rest + note, ["\(label) \(percentage)"] + rest + note,
      ["\(label) \(percentage)"] + rest, [percentage] + rest, [percentage],
    ]
    let lines = forms.map { $0.joined(separator: "  ") }
    return lines.first { $0.count <= columns } ?? String(percentage.prefix(max(0, columns)))
  }

  private static func bar(_ share: Double, _ width: Int) -> String {
    let filled = Int(share * Double(width))
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
  }
}
