import ArgumentParser
import ArrayFiles
import Attacks
import Compute
import Datasets
import Networks

/// The command: one file a subcommand in `Commands`, listed here.
@main
struct Tremor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tremor",
    abstract: "How far small perturbations of images travel through classifiers.",
    discussion: """
      Models are ONNX files; data sets are named as in cifar10:DIR or idx:IMAGES,LABELS, and digits is \
      part of this program. 'tremor help COMMAND' shows examples. The exit code is 0 for success, 1 for \
      arguments that make no sense and 2 for devices, data and models that fail.
      """,
    version: version,
    subcommands: [
      InspectCommand.self, RunCommand.self, PredictCommand.self, GradientCommand.self, JacobianCommand.self,
      AttackCommand.self, BenchCommand.self, TuneCommand.self, DevicesCommand.self, DemoCommand.self,
      SelfTestCommand.self,
    ])

  /// The version of this program, which every report names.
  static let version = "0.1.0"

  /// Runs the command that the arguments name; a failure is one line on standard error and an exit code.
  static func main() async {
    Terminal.surviveLostReaders()
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
    case let error as AttackError where error.kind == .usage:
      Terminal.complain(oneLine: error.message)
      exit(withStatus: .usage)
    case is DeviceError, is GraphError, is CommandFailure, is FileError, is AttackError, is LayerError:
      Terminal.complain(oneLine: "\(error)")
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
    Terminal.complain(oneLine: message(for: error))
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
