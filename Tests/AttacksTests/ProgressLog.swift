import Attacks
import Synchronization

/// Keeps what a progress handler is told.
final class ProgressLog: Sendable {
  private let log = Mutex<[AttackProgress]>([])

  var steps: [AttackProgress] { log.withLock { $0 } }

  func add(_ progress: AttackProgress) { log.withLock { $0.append(progress) } }
}
