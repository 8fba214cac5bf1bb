/// A status of OpenCL: zero or a negative code.
package struct OpenCLStatus: Sendable, Equatable, RawRepresentable {
  /// The number that OpenCL returns.
  package let rawValue: Int32

  /// Creates a status from the number that OpenCL returned.
  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The call succeeded.
  package static let success = OpenCLStatus(rawValue: 0)
  /// A platform has no device.
  package static let deviceNotFound = OpenCLStatus(rawValue: -1)
  /// The device lacks memory or something else, or has given up.
  package static let outOfResources = OpenCLStatus(rawValue: -5)
  /// A binary is not one of this driver.
  package static let invalidBinary = OpenCLStatus(rawValue: -42)
  /// Arguments of a kernel are missing.
  package static let invalidKernelArguments = OpenCLStatus(rawValue: -52)
  /// A kernel cannot run in such work-groups.
  package static let invalidWorkGroupSize = OpenCLStatus(rawValue: -54)
  /// A buffer is larger than the device allows.
  package static let invalidBufferSize = OpenCLStatus(rawValue: -61)
  /// A part of a buffer begins where the device does not allow it.
  package static let misalignedSubBuffer = OpenCLStatus(rawValue: -13)
  /// There is no driver.
  package static let noPlatform = OpenCLStatus(rawValue: -1001)

  /// The name in the specification, or the number where it has none.
  package var symbol: String {
    Self.symbols[rawValue].map { "CL_" + $0 } ?? "status \(rawValue)"
  }

  private static let symbols: [Int32: String] = [
    0: "SUCCESS", -1: "DEVICE_NOT_FOUND", -2: "DEVICE_NOT_AVAILABLE", -3: "COMPILER_NOT_AVAILABLE",
    -4: "MEM_OBJECT_ALLOCATION_FAILURE", -5: "OUT_OF_RESOURCES", -6: "OUT_OF_HOST_MEMORY",
    -7: "PROFILING_INFO_NOT_AVAILABLE", -8: "MEM_COPY_OVERLAP", -9: "IMAGE_FORMAT_MISMATCH",
    -10: "IMAGE_FORMAT_NOT_SUPPORTED", -11: "BUILD_PROGRAM_FAILURE", -12: "MAP_FAILURE",
    -13: "MISALIGNED_SUB_BUFFER_OFFSET", -14: "EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
    -15: "COMPILE_PROGRAM_FAILURE", -16: "LINKER_NOT_AVAILABLE", -17: "LINK_PROGRAM_FAILURE",
    -18: "DEVICE_PARTITION_FAILED", -19: "KERNEL_ARG_INFO_NOT_AVAILABLE", -30: "INVALID_VALUE",
    -31: "INVALID_DEVICE_TYPE", -32: "INVALID_PLATFORM", -33: "INVALID_DEVICE", -34: "INVALID_CONTEXT",
    -35: "INVALID_QUEUE_PROPERTIES", -36: "INVALID_COMMAND_QUEUE", -37: "INVALID_HOST_PTR",
    -38: "INVALID_MEM_OBJECT", -39: "INVALID_IMAGE_FORMAT_DESCRIPTOR", -40: "INVALID_IMAGE_SIZE",
    -41: "INVALID_SAMPLER", -42: "INVALID_BINARY", -43: "INVALID_BUILD_OPTIONS", -44: "INVALID_PROGRAM",
    -45: "INVALID_PROGRAM_EXECUTABLE", -46: "INVALID_KERNEL_NAME", -47: "INVALID_KERNEL_DEFINITION",
    -48: "INVALID_KERNEL", -49: "INVALID_ARG_INDEX", -50: "INVALID_ARG_VALUE", -51: "INVALID_ARG_SIZE",
    -52: "INVALID_KERNEL_ARGS", -53: "INVALID_WORK_DIMENSION", -54: "INVALID_WORK_GROUP_SIZE",
    -55: "INVALID_WORK_ITEM_SIZE", -56: "INVALID_GLOBAL_OFFSET", -57: "INVALID_EVENT_WAIT_LIST",
    -58: "INVALID_EVENT", -59: "INVALID_OPERATION", -60: "INVALID_GL_OBJECT", -61: "INVALID_BUFFER_SIZE",
    -62: "INVALID_MIP_LEVEL", -63: "INVALID_GLOBAL_WORK_SIZE", -64: "INVALID_PROPERTY",
    -65: "INVALID_IMAGE_DESCRIPTOR", -66: "INVALID_COMPILER_OPTIONS", -67: "INVALID_LINKER_OPTIONS",
    -68: "INVALID_DEVICE_PARTITION_COUNT", -1001: "PLATFORM_NOT_FOUND_KHR",
  ]
}
