internal import Synchronization

/// Answers that cost something to find, kept by all that they depend on.
package final class Memo<Question: Hashable & Sendable, Answer: Sendable>: Sendable {
  private let known = Mutex<[Question: Answer]>([:])

  /// Makes a memo without answers.
  package init() {}

  /// The answer to a question, which `find` gives where it is not known; what that throws is not kept.
  package func answer(to question: Question, _ find: () throws -> Answer) rethrows -> Answer {
    if let answer = known.withLock({ $0[question] }) { return answer }
    let answer = try find()
    known.withLock { $0[question] = answer }
    return answer
  }
}
