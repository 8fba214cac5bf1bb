import Foundation

/// The built command, run as a user runs it.
struct TremorProcess {
  let status: Int32
  let output: String
  let errors: String

  /// Runs the command and waits for its end.
  ///
  /// - Parameters:
  ///   - environment: What is set beside the environment of the tests.
  ///   - file: What standard output is instead of a file that is read, if anything.
  ///   - watch: Is given the running command.
  init(
    _ arguments: [String], environment: [String: String] = [:], to file: FileHandle? = nil,
    while watch: (Process) throws -> Void = { _ in }
  ) throws {
    let process = Process()
    process.executableURL = Self.command
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    variables["TREMOR_DEVICE"] = nil
    process.environment = variables.merging(environment) { $1 }
    let folder = try FileManager.default.url(
      for: .itemReplacementDirectory, in: .userDomainMask, appropriateFor: Self.command, create: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: nobody has to read one stream while the other fills up.
    let (output, errors) = (folder.appending(path: "output"), folder.appending(path: "errors"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try file ?? FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    try watch(process)
    process.waitUntilExit()
    status = process.terminationStatus
    self.output = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    self.errors = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
  }

  /// Beside the tests, which are built together with it.
  static var command: URL {
    var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    for _ in 0..<4 where !FileManager.default.isExecutableFile(atPath: folder.appending(path: "tremor").path)
    {
      folder.deleteLastPathComponent()
    }
    return folder.appending(path: "tremor")
  }
}
