import COpenCL

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The OpenCL library of this machine, opened at run time.
package struct OpenCLLibrary: Sendable {
  let handle: tcl_library
  /// The file that was opened.
  package let path: String

  /// The library that the process uses, opened on first use, or why there is none.
  package static let shared: Result<OpenCLLibrary, OpenCLError> = Result { () throws(OpenCLError) in
    try open(environment: ProcessInfo.processInfo.environment)
  }

  /// Opens the library named by `TREMOR_OPENCL_LIBRARY`, else the first of the usual names.
  ///
  /// - Throws: A failure of kind `unavailable` with the reason for each name.
  package static func open(environment: [String: String]) throws(OpenCLError) -> OpenCLLibrary {
    var reasons: [String] = []
    for path in candidates(environment: environment) {
      let attempt = open(path: path)
      if let library = attempt.library { return library }
      // The system names the file in some reasons, but not in all.
      reasons.append(attempt.reason.hasPrefix(path) ? attempt.reason : "\(path): \(attempt.reason)")
    }
    throw OpenCLError(
      "opening the OpenCL library", .success, kind: .unavailable, detail: reasons.joined(separator: "\n"))
  }

  private static func candidates(environment: [String: String]) -> [String] {
    if let path = environment["TREMOR_OPENCL_LIBRARY"], !path.isEmpty { return [path] }
    #if os(macOS)
      return ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
    #else
      return ["libOpenCL.so.1", "libOpenCL.so"]
    #endif
  }

  private static func open(path: String) -> (library: OpenCLLibrary?, reason: String) {
    var reason = [CChar](repeating: 0, count: 512)
    // SAFETY: the callee writes at most the count that is passed, which leaves a terminator.
    let handle = unsafe tcl_open(path, &reason, reason.count - 1)
    if handle.bits != 0 { return (OpenCLLibrary(handle: handle, path: path), "") }
    return (nil, String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}
