import ArgumentParser
import ArrayFiles
import Attacks
import Compute
import Datasets
import DeviceSelection
import Foundation
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
      arguments that make no sense, 2 for devices, data and models that fail, and 130 after Ctrl-C.
      """,
    version: version,
    subcommands: [
      InspectCommand.self, RunCommand.self, PredictCommand.self, GradientCommand.self, JacobianCommand.self,
      AttackCommand.self, TransferCommand.self, ListCommand.self, BenchCommand.self, TuneCommand.self,
      DevicesCommand.self,
      DemoCommand.self,
      SelfTestCommand.self,
    ])

  /// The version of this program, which every report names.
  static let version = "0.1.0"

  /// Runs the command that the arguments name; a failure is one line on standard error and an exit code.
  static func main() async {
    Terminal.surviveLostReaders()
    var model: String?
    do {
      try requireFiles()
      try requireAddresses()
      Interruption.watch()
      try requireEnvironment()
      try requireCommand(Array(CommandLine.arguments.dropFirst()))
      let arguments = joined(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot(SettingArguments.joined(arguments))
      model = path(of: command)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      try Terminal.close()
    } catch {
      end(with: error, model)
    }
  }

  private nonisolated static func path(of command: any ParsableCommand) -> String? {
    (command as? any ModelCommand)?.modelPath
  }

  /// What an error says to people: nothing of where in this program's source it was found.
  static func message(of error: any Error) -> String {
    (error as? GraphError).map(\.message) ?? "\(error)"
  }

  /// - Parameter model: The file that the command is about, for errors that name none.
  private static func end(with error: any Error, _ model: String?) -> Never {
    let place = model.map { "\($0): " } ?? ""
    switch error {
    case let error as AttackError where error.kind == .usage:
      Terminal.complain(oneLine: error.message)
      exit(withStatus: .usage)
    case let error as FileError where error.path.isEmpty:
      Terminal.complain(oneLine: place + error.message)
      exit(withStatus: .failure)
    case let error as DeviceError where error.kind == .misuse:
      Terminal.complain(oneLine: "\(error)")
      exit(withStatus: .usage)
    case is GraphError, is LayerError:
      Terminal.complain(oneLine: place + message(of: error))
      exit(withStatus: .failure)
    case is DeviceError, is CommandFailure, is FileError, is AttackError:
      Terminal.complain(oneLine: "\(error)")
      exit(withStatus: .failure)
    case is CancellationError:
      Terminal.complain("interrupted before anything was found")
      exit(withStatus: .interrupted)
    case let code as ExitCode: exit(withStatus: Status(rawValue: code.rawValue) ?? .failure)
    default: break
    }
    // What is left is what the parser throws: help that was asked for, or arguments that it does not
    // understand.
    guard exitCode(for: error).isSuccess else {
      Terminal.complain(oneLine: advised(self.message(for: error)))
      exit(withStatus: .usage)
    }
    do {
      try Terminal.say(fullMessage(for: error))
      try Terminal.close()
      exit(withStatus: .success)
    } catch {
      Terminal.complain(oneLine: "\(error)")
      exit(withStatus: .failure)
    }
  }

  /// A message of the parser with the setting that may have been meant.
  private static func advised(_ message: String) -> String {
    guard let start = message.range(of: "Unknown option '--"), !message.contains("Did you mean"),
      let name = message[start.upperBound...].split(separator: "'").first,
      let near = SettingArguments.nearest(to: String(name))
    else { return message }
    return message + " Did you mean '--\(near)'?"
  }

  /// What the exit code says.
  enum Status: Int32 {
    case success = 0
    /// The arguments make no sense.
    case usage = 1
    /// A device or data failed.
    case failure = 2
    /// Ctrl-C, after which what was found so far was said.
    case interrupted = 130
  }

  private static func exit(withStatus status: Status) -> Never { exit(withError: ExitCode(status.rawValue)) }
}

/// A failure of a command that no library below explains.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A command about a model in a file.
protocol ModelCommand: SendableMetatype {
  /// The file, as the user named it.
  var modelPath: String? { get }
}

extension InspectCommand: ModelCommand { var modelPath: String? { model } }
extension RunCommand: ModelCommand { var modelPath: String? { model } }
extension PredictCommand: ModelCommand { var modelPath: String? { model } }
extension GradientCommand: ModelCommand { var modelPath: String? { model } }
extension JacobianCommand: ModelCommand { var modelPath: String? { model } }
extension AttackCommand: ModelCommand { var modelPath: String? { model } }
extension BenchCommand: ModelCommand { var modelPath: String? { model } }
extension TuneCommand: ModelCommand { var modelPath: String? { model } }
