/// The operator tests that are left out, and why.
enum Omission {
  static let all: [String: String] = [:]
}
