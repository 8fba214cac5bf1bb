internal import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The temporary files of outputs that are being written: whoever ends the process removes them.
enum UnfinishedFiles {
  private static let names = Mutex<Set<String>>([])

  /// Makes a file, and remembers its name.
  static func adding(
    _ make: () throws(SystemError) -> (name: String, FileDescriptor)
  ) throws(SystemError) -> (name: String, FileDescriptor) {
    try names.withLock { names throws(SystemError) in
      let made = try make()
      names.insert(made.name)
      return made
    }
  }

  /// Removes a file that may have another name by now.
  static func remove(_ name: String) {
    names.withLock { names in
      names.remove(name)
      // SAFETY: the name is a string that ends with a zero, alive during the call.
      _ = unsafe unlink(name)
    }
  }

  /// Removes all of them; no other is made from then on.
  static func removeAll(_ end: () -> Never) -> Never {
    names.withLock { names in
      for name in names {
        // SAFETY: the name is a string that ends with a zero, alive during the call.
        _ = unsafe unlink(name)
      }
      end()
    }
  }
}

extension OutputFile {
  /// Removes the temporary files of all outputs that are being written, and ends the process, as `end` does.
  package static func removeUnfinished(_ end: () -> Never) -> Never { UnfinishedFiles.removeAll(end) }
}
