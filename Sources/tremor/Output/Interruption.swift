import ArrayFiles
import Dispatch
import Foundation
import Synchronization

/// What ends a command from outside: a signal.
///
/// Nothing that was begun is left behind, and the exit code says which it was.
enum Interruption {
  private struct State {
    var cleanups: [Int: @Sendable () -> Void] = [:]
    var next = 0
    var wish: (@Sendable () -> Void)?
    var wasWished = false
  }

  private static let state = Mutex(State())
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Watches for signals from now on.
  static func watch() {
    // SAFETY: handlers are addresses, which are compared and not called.
    let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
    for number in signals {
      // A signal that the parent had ignored, as nohup does, stays so.
      let before = signal(number, SIG_IGN)
      if unsafe unsafeBitCast(before, to: Int.self) == ignored { continue }
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler { receive(number) }
      source.resume()
      // SAFETY: never released: it is needed until the process ends.
      _ = unsafe Unmanaged.passRetained(source as AnyObject)
    }
  }

  /// Whether the user asked for the end of the command while it could stop by itself.
  static var wasWished: Bool { state.withLock { $0.wasWished } }

  /// Lets `body` stop by itself at the first Ctrl-C.
  ///
  /// Then `stop` is called, and nothing is removed; the second ends it.
  static func stopping<Value>(
    by stop: @escaping @Sendable () -> Void, _ body: () async throws -> Value
  ) async rethrows -> Value {
    state.withLock { $0.wish = stop }
    defer { state.withLock { $0.wish = nil } }
    return try await body()
  }

  /// Does this if a signal ends the command before ``forget(_:)`` is called with the result.
  static func atEnd(_ cleanup: @escaping @Sendable () -> Void) -> Int {
    state.withLock { state in
      state.next += 1
      state.cleanups[state.next] = cleanup
      return state.next
    }
  }

  static func forget(_ cleanup: Int) { state.withLock { $0.cleanups[cleanup] = nil } }

  private static func receive(_ number: Int32) {
    let stop = state.withLock { state -> (@Sendable () -> Void)? in
      guard number == SIGINT, let wish = state.wish else { return nil }
      (state.wish, state.wasWished) = (nil, true)
      return wish
    }
    if let stop { return stop() }
    OutputFile.removeUnfinished {
      let cleanups = state.withLock { $0.cleanups.sorted { $0.key > $1.key }.map(\.value) }
      for cleanup in cleanups { cleanup() }
      // Nothing of what runs in other threads may be torn down, so the process ends at once.
      _exit(128 + number)
    }
  }
}
