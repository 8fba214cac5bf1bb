import COpenCL

/// A value for a parameter of a kernel.
package enum KernelArgument: Sendable {
  /// Global memory: all of a buffer. For a part of one, pass ``OpenCLBuffer/part(offset:byteCount:)``.
  case buffer(OpenCLBuffer)
  /// A null pointer to global memory.
  case noBuffer
  /// Local memory of the work-group, in bytes.
  case local(byteCount: Int)
  /// A number of type `int`.
  case int32(Int32)
  /// A number of type `float`.
  case float(Float)
}

/// A kernel with its arguments and its range: one launch of a plan.
///
/// Setting arguments is the one call of OpenCL that two threads must not make at once; here it happens once,
/// while nobody else knows the kernel, and a launch is a single call.
package final class PreparedKernel: Sendable {
  /// The name in the text of the program.
  package let name: String
  /// The work-items of a launch.
  package let range: WorkRange
  let handle: tcl_kernel
  private let program: OpenCLProgram
  private let buffers: [OpenCLBuffer]

  /// Creates the kernel and sets its arguments.
  ///
  /// - Throws: A failure that names the kernel if the program has no such kernel, if the arguments do not
  ///   match its parameters in number or size, or if the device cannot run such a work-group.
  package init(
    _ name: String, of program: OpenCLProgram, arguments: [KernelArgument], range: WorkRange
  ) throws(OpenCLError) {
    let context = program.context
    var handle = tcl_kernel()
    // SAFETY: the callee reads the name and writes one handle before it returns.
    try unsafe context.device.check(
      tcl_create_kernel(context.library, program.handle, name, &handle), "creation of kernel \(name)")
    self.name = name
    self.range = range
    self.handle = handle
    self.program = program
    self.buffers = arguments.compactMap { if case .buffer(let buffer) = $0 { buffer } else { nil } }
    try requireCount(arguments.count)
    for (index, argument) in arguments.enumerated() {
      try context.device.check(set(argument, at: UInt32(index)), "setting argument \(index) of \(name)")
    }
    try requireGroup()
  }

  deinit {
    _ = tcl_release_kernel(program.context.library, handle)
  }

  private func set(_ argument: KernelArgument, at index: UInt32) -> Int32 {
    let library = program.context.library
    return switch argument {
    case .buffer(let buffer): tcl_set_memory_argument(library, handle, index, buffer.handle)
    case .noBuffer: tcl_set_memory_argument(library, handle, index, tcl_memory(bits: 0))
    case .local(let byteCount): tcl_set_local_argument(library, handle, index, byteCount)
    case .int32(let value): tcl_set_int_argument(library, handle, index, value)
    case .float(let value): tcl_set_float_argument(library, handle, index, value)
    }
  }

  private func requireCount(_ count: Int) throws(OpenCLError) {
    let device = program.context.device
    var expected: UInt32 = 0
    // SAFETY: the callee writes one number.
    try unsafe device.check(
      tcl_kernel_argument_count(device.library.handle, handle, &expected), "query of kernel \(name)")
    if Int(expected) != count {
      throw device.error(
        "setting the arguments of \(name)", .invalidKernelArguments,
        detail: "It has \(expected) parameters; \(count) arguments were given.")
    }
  }

  private func requireGroup() throws(OpenCLError) {
    guard let size = range.groupSize else { return }
    let device = program.context.device
    var limit = 0
    // SAFETY: the callee writes one number.
    try unsafe device.check(
      tcl_kernel_work_group_size(device.library.handle, handle, device.handle, &limit),
      "query of kernel \(name)")
    if size > limit || !range.isEven {
      throw device.error(
        "preparation of \(name)", .invalidWorkGroupSize,
        detail: range.isEven
          ? "A work-group of it can have \(limit) work-items; \(size) were asked for."
          : "Its work-groups do not tile its range.")
    }
  }
}
