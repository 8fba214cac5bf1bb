#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where files that can be made again are kept.
package struct CacheLocation: Sendable {
  /// The folder, which need not exist yet, or nil where nothing is to be kept.
  package let folder: String?

  /// Names a folder, or nil to keep nothing.
  package init(folder: String?) {
    self.folder = folder
  }

  /// Nothing is kept between runs.
  package static let off = CacheLocation(folder: nil)

  /// The folder of this process.
  package static var standard: CacheLocation {
    CacheLocation(environment: ProcessInfo.processInfo.environment)
  }

  /// `TREMOR_CACHE_DIR`, else `tremor` in `XDG_CACHE_HOME` or in `.cache` of the home folder; nothing where
  /// `TREMOR_CACHE` is `off` or there is no home.
  package init(environment: [String: String]) {
    let named = environment["TREMOR_CACHE_DIR"] ?? ""
    let shared = environment["XDG_CACHE_HOME"] ?? ""
    let home = environment["HOME"] ?? ""
    if environment["TREMOR_CACHE"] == "off" {
      folder = nil
    } else if !named.isEmpty {
      folder = named
    } else if shared.hasPrefix("/") {
      // The XDG specification has relative paths ignored.
      folder = shared + "/tremor"
    } else {
      folder = home.isEmpty ? nil : home + "/.cache/tremor"
    }
  }
}
