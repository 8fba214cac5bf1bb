import COpenCL
import Compute

/// A program built for a device, released with its last user.
package final class OpenCLProgram: Sendable {
  /// The context that it was built in.
  package let context: OpenCLContext
  let handle: tcl_program

  private init(_ context: OpenCLContext, adopting handle: tcl_program) {
    self.context = context
    self.handle = handle
  }

  deinit {
    _ = tcl_release_program(context.library, handle)
  }

  /// Compiles a text, which may take seconds.
  ///
  /// - Throws: A failure of kind `buildFailure` with the options, the digest of the text and the
  ///   complete log.
  package static func compiled(
    _ source: String, options: String, in context: OpenCLContext
  ) throws(OpenCLError) -> OpenCLProgram {
    var handle = tcl_program()
    // SAFETY: the driver copies the text before the call returns.
    try unsafe context.device.check(
      tcl_create_program(context.library, context.handle, source, source.utf8.count, &handle),
      "creation of a program")
    let program = OpenCLProgram(context, adopting: handle)
    try program.build(options: options, from: "a text with digest \(SHA256.hexadecimal(of: source))")
    return program
  }

  /// Loads what ``binary()`` gave for the same device and driver.
  ///
  /// - Throws: What the driver reports; any failure means that the program has to be compiled again.
  package static func loaded(
    _ binary: [UInt8], options: String, in context: OpenCLContext
  ) throws(OpenCLError) -> OpenCLProgram {
    var handle = tcl_program()
    // SAFETY: the driver copies the bytes before the call returns.
    let status = unsafe tcl_create_program_with_binary(
      context.library, context.handle, context.device.handle, binary, binary.count, &handle)
    try context.device.check(status, "loading of a program")
    let program = OpenCLProgram(context, adopting: handle)
    try program.build(options: options, from: "a binary")
    try program.requireKernels()
    return program
  }

  /// What the driver made of the text, for ``loaded(_:options:in:)``.
  package func binary() throws(OpenCLError) -> [UInt8] {
    let operation = "query of the binary of a program"
    var size = 0
    // SAFETY: the callee writes one number.
    try unsafe context.device.check(tcl_program_binary_size(context.library, handle, &size), operation)
    if size == 0 { throw context.device.error(operation, .invalidBinary) }
    var bytes = [UInt8](repeating: 0, count: size)
    // SAFETY: the driver writes `size` bytes, the length of the array.
    try unsafe context.device.check(tcl_program_binary(context.library, handle, &bytes), operation)
    return bytes
  }

  private func build(options: String, from origin: String) throws(OpenCLError) {
    let device = context.device
    // SAFETY: the driver reads the options before the call returns.
    let status = unsafe tcl_build_program(context.library, handle, device.handle, options)
    if status == 0 { return }
    // SAFETY: the answer has the size that is passed along.
    let log = unsafe queriedText { unsafe tcl_build_log(context.library, handle, device.handle, $0, $1, $2) }
    throw device.error(
      "build of \(origin) with options '\(options)'", OpenCLStatus(rawValue: status),
      detail: log.isEmpty ? "The driver gave no build log." : log)
  }

  /// A binary that lost its kernels is found here and not when the first kernel is created.
  private func requireKernels() throws(OpenCLError) {
    var count = 0
    // SAFETY: the callee writes one number.
    try unsafe context.device.check(
      tcl_program_kernel_count(context.library, handle, &count), "query of a program")
    if count == 0 {
      throw context.device.error("loading of a program", .invalidBinary, detail: "It has no kernels.")
    }
  }
}
