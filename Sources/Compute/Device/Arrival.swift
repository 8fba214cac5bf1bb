internal import Synchronization

/// Waits until several parts have come.
package final class Arrival: Sendable {
  private struct State {
    var missing: Int
    var failure: (any Error)?
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state: Mutex<State>

  package init(of parts: Int = 1) { state = Mutex(State(missing: parts)) }

  /// Takes note of a part, or of why it does not come.
  package func come(_ failure: (any Error)? = nil) {
    let waiter = state.withLock { state in
      state.missing -= 1
      state.failure = state.failure ?? failure
      return state.missing == 0 ? state.waiter.take() : nil
    }
    waiter?.resume()
  }

  /// Waits for all parts; called once.
  ///
  /// - Throws: The failure of a part.
  package func wait() async throws {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.missing > 0 { state.waiter = continuation }
        return state.missing <= 0
      }
      if isThere { continuation.resume() }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }
}
