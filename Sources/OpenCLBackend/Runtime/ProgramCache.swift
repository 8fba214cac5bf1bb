import Compute
import Synchronization

/// Builds programs, once a process and, where a folder can be written, once a device and driver.
package final class ProgramCache: Sendable {
  private let context: OpenCLContext
  private let files: FileCache?
  private let report: @Sendable (String) -> Void
  private let state = Mutex(State())

  private struct State {
    var programs: [Request: OpenCLProgram] = [:]
    var hasReported = false
  }

  private struct Request: Hashable {
    let source: String
    let options: String
  }

  /// Where a program was found.
  package enum Origin: Sendable, Equatable {
    /// It had been asked for before.
    case memory
    /// A process before this one had built it.
    case file
    /// Nowhere: it was compiled.
    case source
  }

  /// When programs are kept in files.
  package enum Policy: Sendable, Equatable {
    /// Wherever there is a folder for them.
    case always
    /// Only where the driver has no such files of its own.
    case unlessDriverKeepsThem
  }

  /// Creates a cache for the programs of a context.
  ///
  /// `limit` is the most bytes of files for all devices together; `report` is told once, in a sentence, why
  /// programs cannot be kept.
  package init(
    _ context: OpenCLContext, location: CacheLocation = .standard, limit: Int = 256 << 20,
    policy: Policy = .unlessDriverKeepsThem, report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.context = context
    self.report = report
    let device = context.device.description
    let section = SHA256.hexadecimal(of: device.identity)
    let isNeeded = policy == .always || !device.driverKeepsPrograms
    let folder = isNeeded ? location.folder : nil
    files = folder.map { FileCache(root: $0 + "/v1", section: section, limit: limit) }
  }

  /// The program of a text, from memory, from a file, or compiled, which may take seconds.
  ///
  /// - Throws: A failure of kind `buildFailure` if the text does not compile. Files are never a reason.
  package func program(_ source: String, options: String) throws(OpenCLError) -> OpenCLProgram {
    try programAndOrigin(source, options: options).program
  }

  /// The program of a text, and where it was found.
  package func programAndOrigin(
    _ source: String, options: String
  ) throws(OpenCLError) -> (program: OpenCLProgram, origin: Origin) {
    let request = Request(source: source, options: options)
    if let program = state.withLock({ $0.programs[request] }) { return (program, .memory) }
    let name = "program-\(SHA256.hexadecimal(of: source + "|" + options)).bin"
    let found = loaded(name, options: options)
    let program = if let found { found } else { try compiled(source, options: options, as: name) }
    state.withLock { $0.programs[request] = program }
    return (program, found == nil ? .source : .file)
  }

  /// The program in a file; a file that the driver refuses is removed.
  private func loaded(_ name: String, options: String) -> OpenCLProgram? {
    guard let binary = files?.content(of: name) else { return nil }
    let program = try? OpenCLProgram.loaded(binary, options: options, in: context)
    if program == nil { files?.remove(name) }
    return program
  }

  private func compiled(
    _ source: String, options: String, as name: String
  ) throws(OpenCLError) -> OpenCLProgram {
    let program = try OpenCLProgram.compiled(source, options: options, in: context)
    do {
      if let files { try files.store(program.binary(), as: name) }
    } catch {
      reportOnce("Compiled programs cannot be kept, so every start compiles them again: \(error)")
    }
    return program
  }

  private func reportOnce(_ message: String) {
    let isFirst = state.withLock { state in
      defer { state.hasReported = true }
      return !state.hasReported
    }
    if isFirst { report(message) }
  }
}
