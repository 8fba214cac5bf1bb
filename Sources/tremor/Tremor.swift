import ArgumentParser
import Compute

/// The command: one file a subcommand in `Commands`, listed here.
@main
struct Tremor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tremor",
    abstract: "How far small perturbations of images travel through classifiers.",
    subcommands: [DevicesCommand.self, DemoCommand.self, SelfTestCommand.self])

  /// Runs the command that the arguments name; a failure is one line on standard error and an exit code.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  private static func end(with error: any Error) -> Never {
    switch error {
    case is DeviceError, is GraphError, is CommandFailure:
      Terminal.complain("\(error)")
      exit(withStatus: .failure)
    case let code as ExitCode: exit(withStatus: Status(rawValue: code.rawValue) ?? .failure)
    default: break
    }
    // What is left is what the parser throws: help that was asked for, or arguments that it does not
    // understand.
    if exitCode(for: error).isSuccess {
      Terminal.say(fullMessage(for: error))
      exit(withStatus: .success)
    }
    Terminal.complain(message(for: error))
    exit(withStatus: .usage)
  }

  /// What the exit code says.
  enum Status: Int32 {
    case success = 0
    /// The arguments make no sense.
    case usage = 1
    /// A device or data failed.
    case failure = 2
  }

  private static func exit(withStatus status: Status) -> Never { exit(withError: ExitCode(status.rawValue)) }
}

/// A failure of a command that no library below explains.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
