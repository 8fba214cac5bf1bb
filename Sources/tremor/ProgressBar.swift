import Foundation
import Synchronization

/// A line on standard error that says how far a long computation is, how fast it goes and how long it will
/// take.
///
/// Nothing is shown in the first second, and nothing at all where standard error is no terminal.
final class ProgressBar: Sendable {
  private struct State {
    var done = 0
    var note = ""
    var hasFinished = false
    var isVisible = false
  }

  private let label: String
  private let total: Int
  private let unit: String
  private let start = ContinuousClock.now
  private let state = Mutex(State())
  private let isShown: Bool

  /// Starts to count.
  ///
  /// - Parameters:
  ///   - label: What is going on, in a word.
  ///   - total: How many units of work there are.
  ///   - unit: What is counted.
  ///   - output: How the command answers.
  init(_ label: String, total: Int, unit: String = "samples", _ output: OutputOptions) {
    self.label = label
    self.total = max(1, total)
    self.unit = unit
    isShown = !output.quiet && Terminal.errorsAreShownToPeople
    guard isShown else { return }
    // Time passes while a tile is computed, so the line is drawn by itself too.
    Task.detached { [weak self] in
      try? await Task.sleep(for: .seconds(1))
      while let self, self.draw() { try? await Task.sleep(for: .milliseconds(250)) }
    }
  }

  /// Takes note of how many units are done.
  func update(_ done: Int, note: String = "") {
    guard isShown else { return }
    state.withLock { ($0.done, $0.note) = (done, note) }
    if start.duration(to: .now) >= .seconds(1) { draw() }
  }

  /// Takes the line away.
  func finish() {
    state.withLock { state in
      state.hasFinished = true
      if state.isVisible { Terminal.write("\r\u{1B}[K", to: .standardError) }
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
      let line = ProgressBar.line(
        label, done: state.done, total: total, unit, after: start.duration(to: .now), note: state.note)
      Terminal.write("\r" + line + "\u{1B}[K", to: .standardError)
      return true
    }
  }

  /// The line, at most 79 columns where label and note are short.
  static func line(
    _ label: String, done: Int, total: Int, _ unit: String, after time: Duration, note: String = ""
  ) -> String {
    let (width, share) = (20, Double(min(done, total)) / Double(total))
    let filled = Int(share * Double(width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    var parts = ["\(label) [\(bar)] \(Int(share * 100)) %", "\(done)/\(total) \(unit)"]
    let seconds = time / .seconds(1)
    if done > 0, seconds > 0 {
      let rate = Double(done) / seconds
      parts.append("\(Format.rate(rate))/s")
      parts.append("\(Format.clock(Double(total - done) / rate)) left")
    } else {
      parts.append(Format.clock(seconds))
    }
    return (parts + (note.isEmpty ? [] : [note])).joined(separator: "  ")
  }
}
