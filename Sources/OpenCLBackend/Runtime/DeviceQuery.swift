import COpenCL

/// Asks a device what it is; what it does not answer is empty, zero or false.
struct DeviceQuery {
  let library: tcl_library
  let platform: tcl_platform
  let device: tcl_device

  func describe(_ index: Int) -> DeviceDescription {
    let extensions = text(TCL_DEVICE_EXTENSIONS).split(separator: " ").map(String.init)
    return DeviceDescription(
      index: index,
      name: text(TCL_DEVICE_NAME),
      vendor: text(TCL_DEVICE_VENDOR),
      vendorID: number(TCL_DEVICE_VENDOR_ID),
      platformName: platformText(TCL_PLATFORM_NAME),
      platformVersion: platformText(TCL_PLATFORM_VERSION),
      driverVersion: text(TCL_DRIVER_VERSION),
      deviceVersion: text(TCL_DEVICE_VERSION),
      languageVersion: text(TCL_DEVICE_OPENCL_C_VERSION),
      kind: kind,
      computeUnits: Int(number(TCL_DEVICE_MAX_COMPUTE_UNITS) as UInt32),
      clock: Int(number(TCL_DEVICE_MAX_CLOCK_FREQUENCY) as UInt32),
      globalMemory: number(TCL_DEVICE_GLOBAL_MEM_SIZE),
      maximumAllocation: number(TCL_DEVICE_MAX_MEM_ALLOC_SIZE),
      localMemory: Int(number(TCL_DEVICE_LOCAL_MEM_SIZE) as UInt64),
      localMemoryKind: localMemoryKind,
      maximumWorkGroup: number(TCL_DEVICE_MAX_WORK_GROUP_SIZE),
      baseAddressAlignment: max(1, Int(number(TCL_DEVICE_MEM_BASE_ADDR_ALIGN) as UInt32) / 8),
      roundsDivision: (number(TCL_DEVICE_SINGLE_FP_CONFIG) as UInt64) & UInt64(TCL_ROUNDED_DIVISION) != 0,
      extensions: extensions,
      computeCapability: extensions.contains("cl_nv_device_attribute_query") ? computeCapability : nil,
      obstacle: obstacle)
  }

  private var kind: DeviceDescription.Kind {
    let bits: UInt64 = number(TCL_DEVICE_TYPE)
    if bits & UInt64(TCL_TYPE_GPU) != 0 { return .gpu }
    if bits & UInt64(TCL_TYPE_CPU) != 0 { return .cpu }
    return bits & UInt64(TCL_TYPE_ACCELERATOR) != 0 ? .accelerator : .other
  }

  private var localMemoryKind: DeviceDescription.LocalMemoryKind {
    let value: UInt32 = number(TCL_DEVICE_LOCAL_MEM_TYPE)
    if value == UInt32(TCL_LOCAL_DEDICATED) { return .dedicated }
    return value == UInt32(TCL_LOCAL_GLOBAL) ? .global : .none
  }

  private var computeCapability: ComputeCapability {
    let major: UInt32 = number(TCL_DEVICE_COMPUTE_CAPABILITY_MAJOR_NV)
    let minor: UInt32 = number(TCL_DEVICE_COMPUTE_CAPABILITY_MINOR_NV)
    return ComputeCapability(major: Int(major), minor: Int(minor))
  }

  private var obstacle: String? {
    if !flag(TCL_DEVICE_AVAILABLE) { return "the driver says that it is not available" }
    if !flag(TCL_DEVICE_COMPILER_AVAILABLE) { return "the driver has no compiler" }
    if !flag(TCL_DEVICE_ENDIAN_LITTLE) { return "it is big-endian" }
    let version = text(TCL_DEVICE_VERSION)
    let isOld = version.hasPrefix("OpenCL 1.0") || version.hasPrefix("OpenCL 1.1")
    return isOld ? "it supports \(version); OpenCL 1.2 is needed" : nil
  }

  private func flag(_ query: Int) -> Bool {
    (number(query) as UInt32) != 0
  }

  private func number<Number: FixedWidthInteger & BitwiseCopyable>(_ query: Int) -> Number {
    var value: Number = 0
    // SAFETY: the callee writes one value of the size that is passed.
    let status = unsafe tcl_device_info(
      library, device, UInt32(query), MemoryLayout<Number>.size, &value, nil)
    return status == 0 ? value : 0
  }

  private func text(_ query: Int) -> String {
    // SAFETY: the answer has the size that is passed along.
    unsafe queriedText { unsafe tcl_device_info(library, device, UInt32(query), $0, $1, $2) }
  }

  private func platformText(_ query: Int) -> String {
    // SAFETY: the answer has the size that is passed along.
    unsafe queriedText { unsafe tcl_platform_info(library, platform, UInt32(query), $0, $1, $2) }
  }
}

/// The answer to a query for text, of any length, without its terminator and surrounding white space.
func queriedText(
  _ query: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> Int32
) -> String {
  var size = 0
  // SAFETY: with no address the callee writes the size alone.
  guard unsafe query(0, nil, &size) == 0, size > 0 else { return "" }
  var bytes = [UInt8](repeating: 0, count: size)
  // SAFETY: the callee writes at most `size` bytes, the length of the array.
  guard unsafe query(size, &bytes, nil) == 0 else { return "" }
  let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  let isSpace: (Character) -> Bool = { $0.isWhitespace }
  return String(String(text.drop(while: isSpace).reversed()).drop(while: isSpace).reversed())
}
