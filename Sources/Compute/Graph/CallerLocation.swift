#if os(Linux)
  internal import Runtime
#endif

extension SourceLocation {
  /// The place outside this library from which it was called, by walking the stack; nil where the program carries no
  /// debug information or the platform cannot tell.
  ///
  /// Operators cannot take their caller's place as an argument, so a misuse of one is located this way. It takes
  /// some milliseconds, once, when something is already wrong.
  static func outsideCaller() -> SourceLocation? {
    #if os(Linux)
      // Frame pointers need no library's tables, and the images come from a list that no unloading library can break.
      guard let images = MappedImages()?.map,
        let frames = try? Backtrace.capture(algorithm: .fast, images: images).symbolicated(with: images)?
          .frames
      else { return nil }
      for frame in frames {
        guard let place = frame.symbol?.sourceLocation, place.line > 0, !place.path.isEmpty else { continue }
        guard !place.path.contains("/Sources/Compute/"), place.path.hasSuffix(".swift") else { continue }
        let name = place.path.split(separator: "/").suffix(2).joined(separator: "/")
        return SourceLocation(fileID: name, line: place.line)
      }
    #endif
    return nil
  }
}
