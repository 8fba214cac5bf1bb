import CZlib

/// Deflates bytes into a file, piece by piece.
enum Deflater {
  /// Bytes handed to zlib and to the file at once.
  private static let portion = 1 << 20

  /// Deflates parts, one after the other, as one raw stream.
  ///
  /// - Throws: ``FileError`` if the file cannot be written.
  static func deflate(_ parts: [[UInt8]], to file: inout OutputFile) throws(FileError) {
    // zlib's state refers to itself, so it must not move.
    let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    // SAFETY: initialized before zlib sees it, and released after zlib has let go of it.
    unsafe state.initialize(to: z_stream())
    defer {
      unsafe deflateEnd(state)
      unsafe state.deallocate()
    }
    let code = unsafe deflateInit2_(
      state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw FileError(file.path, "zlib does not start: code \(code)") }
    for part in parts {
      for start in stride(from: 0, to: part.count, by: portion) {
        try unsafe run(state, Array(part[start..<min(start + portion, part.count)]), Z_NO_FLUSH, &file)
      }
    }
    try unsafe run(state, [], Z_FINISH, &file)
  }

  /// Lets zlib take all of the input and writes what comes out.
  @unsafe private static func run(
    _ state: UnsafeMutablePointer<z_stream>, _ input: [UInt8], _ flush: Int32, _ file: inout OutputFile
  ) throws(FileError) {
    var consumed = 0
    var output: [UInt8]
    repeat {
      // SAFETY: zlib is given the input that is left and room for `portion` bytes, both only for this call.
      output = unsafe [UInt8](unsafeUninitializedCapacity: portion) { target, count in
        unsafe input.withUnsafeBytes { source in
          let rest = unsafe UnsafeRawBufferPointer(rebasing: source[consumed...])
          let bytes = unsafe rest.baseAddress?.assumingMemoryBound(to: Bytef.self)
          unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: bytes)
          unsafe state.pointee.avail_in = uInt(rest.count)
          unsafe state.pointee.next_out = target.baseAddress
          unsafe state.pointee.avail_out = uInt(portion)
          _ = unsafe CZlib.deflate(state, flush)
          unsafe consumed = input.count - Int(state.pointee.avail_in)
          unsafe count = portion - Int(state.pointee.avail_out)
        }
      }
      try file.write(output)
      // As long as zlib fills the room it may hold more back.
    } while output.count == portion
  }
}
