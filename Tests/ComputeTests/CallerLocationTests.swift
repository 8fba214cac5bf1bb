import Foundation
import Synchronization
import Testing

@testable import Compute

#if canImport(Glibc)
  import Glibc
#endif

/// Places of misuse while libraries come and go, as an OpenCL runtime makes its kernels do.
@Suite struct CallerLocationTests {
  #if canImport(Glibc)
    /// A thread that loads and unloads libraries that nobody needs until it is told to stop.
    private final class Unloading: Sendable {
      let isDone = Atomic(false)
      let count = Atomic(0)

      func run() {
        while !isDone.load(ordering: .relaxed) {
          for name in ["libBrokenLocale.so.1", "libanl.so.1", "libnss_compat.so.2"] {
            // SAFETY: the handle is closed once, and no symbol of it is used.
            if let handle = unsafe dlopen(name, RTLD_NOW), unsafe dlclose(handle) == 0 {
              count.add(1, ordering: .relaxed)
            }
          }
        }
      }
    }

    @Test func isFoundWhileAnotherThreadUnloadsLibraries() {
      let unloading = Unloading()
      Thread.detachNewThread { unloading.run() }
      for _ in 0..<40 {
        let line = #line + 1
        let place = SourceLocation.outsideCaller()
        #expect(place?.line == line && place?.fileID == "ComputeTests/CallerLocationTests.swift")
      }
      unloading.isDone.store(true, ordering: .relaxed)
      #expect(unloading.count.load(ordering: .relaxed) > 0, "no library was unloaded meanwhile")
    }
  #endif
}
