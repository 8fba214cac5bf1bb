import ArgumentParser
import Compute
import DeviceSelection
import Foundation

// What is checked before anything else.

extension Tremor {
  /// Checks that the process may take enough addresses for its threads: without one more of them, libraries below wait for
  /// ever or end the process.
  static func requireAddresses() throws {
    let needed = 512 << 20
    guard let left = HostMemory.addresses, left < needed else { return }
    throw CommandFailure(
      "the limit of memory addresses leaves \(left >> 20) MiB, and at least \(needed >> 20) MiB are needed; raise it, as "
        + "with 'ulimit -v unlimited'")
  }

  /// Throws unless files can be opened: without, the system's libraries end the process without a word.
  ///
  /// Standard streams that the parent closed are put in place, where writing fails: else the next file that is opened
  /// would take their numbers, and results would be written to it.
  static func requireFiles() throws {
    var first: Int32 = 0
    while first <= STDERR_FILENO {
      // SAFETY: the name ends with a zero, alive during the call.
      first = unsafe open("/dev/null", O_RDONLY)
      if first < 0 { break }
    }
    if first > STDERR_FILENO { _ = Foundation.close(first) }
    var files: [Int32] = []
    defer { for file in files { _ = Foundation.close(file) } }
    for _ in 0..<24 {
      // SAFETY: the name ends with a zero, alive during the call.
      let file = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else {
        throw CommandFailure(
          "no more files can be opened (24 more are needed); raise the limit, as with 'ulimit -n 256'"
        )
      }
      files.append(file)
    }
  }

  /// Throws for environment variables that ask for what does not exist.
  static func requireEnvironment() throws {
    let environment = ProcessInfo.processInfo.environment
    if let reason = EnvironmentVariable.refusal(environment) { throw ValidationError(reason) }
    for name in environment.keys.sorted() where name.hasPrefix("TREMOR_") {
      let near = EnvironmentVariable.allCases.map(\.rawValue).min { distance(name, $0) < distance(name, $1) }
      guard let near, near != name, distance(name, near) <= 3 else { continue }
      Terminal.complain(oneLine: "warning: the variable \(name) means nothing here; did you mean \(near)?")
    }
  }

  /// The arguments with negative numbers joined to their options, as the parser takes `-1` for an option of its own.
  static func joined(_ arguments: [String]) -> [String] {
    var joined: [String] = []
    for argument in arguments {
      let isNegative = argument.first == "-" && argument.dropFirst().first?.isNumber == true
      if isNegative, let option = joined.last, option.hasPrefix("--"), !option.contains("=") {
        joined[joined.count - 1] = "\(option)=\(argument)"
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  /// Throws for a command that does not exist, with the one that may have been meant.
  static func requireCommand(_ arguments: [String]) throws {
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    let words = arguments.prefix { !$0.hasPrefix("-") }
    // 'tremor help COMMAND' names a command too.
    guard let word = words.first == "help" ? words.dropFirst().first : words.first, !names.contains(word)
    else {
      return
    }
    let near = names.map { ($0, distance(word.lowercased(), $0)) }.min { $0.1 < $1.1 }
    let isNear = near.map { $0.1 <= max(1, $0.0.count / 3) } ?? false
    let advice = isNear ? "did you mean '\(near?.0 ?? "")'?" : "there are " + names.joined(separator: ", ")
    throw ValidationError("there is no command '\(word)'; \(advice)")
  }

  /// How many letters must be added, taken away, replaced or exchanged with a neighbour to make one word of the other.
  static func distance(_ first: String, _ second: String) -> Int {
    let (a, b) = (Array(first), Array(second))
    var rows = [Array(0...b.count)]
    for i in 1..<(a.count + 1) where !a.isEmpty {
      var row = [i]
      for j in 1..<(b.count + 1) where !b.isEmpty {
        var cost = min(
          rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          cost = min(cost, rows[i - 2][j - 2] + 1)
        }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

/// Throws unless a count is one that makes sense; without a bound products of counts would overflow.
func requireCount(_ count: Int?, in range: ClosedRange<Int>, _ option: String) throws {
  guard let count, !range.contains(count) else { return }
  throw ValidationError("\(option) \(count): a number in \(range) is needed")
}

/// Throws for a file whose name says that it holds something else than is written to it; names without an ending say
/// nothing.
func requireEnding(_ path: String?, of endings: [String], _ option: String) throws {
  guard let path, let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else {
    return
  }
  guard !endings.contains(name[dot...].lowercased()) else { return }
  let list = endings.joined(separator: " or ")
  throw ValidationError("\(option) \(path): what is written is \(list); let the name end so")
}
