import CZlib

/// What comes out of a deflated stream, inflated as it is read.
// SAFETY: the memory that the pointer names is allocated in `init` and released in `deinit`.
@safe package final class Inflater: ByteStream {
  /// How the deflated data are wrapped.
  package enum Format: Int32 {
    /// Not at all, as in a ZIP archive.
    case raw = -15
    /// As gzip does, with a check sum, which is verified.
    case gzip = 31
  }

  package let origin: Origin
  private var source: FileSection
  private let format: Format
  /// The most bytes that may still come if the stream has not ended.
  private var allowance: Int
  private var input: [UInt8] = []
  private var consumed = 0
  private var isFinished = false
  /// zlib's state, which must not move.
  private let state: UnsafeMutablePointer<z_stream>

  /// One byte of deflated data makes at most this many.
  private static let largestRatio = 1_032
  /// Bytes of input that are read at once.
  private static let portion = 1 << 18

  /// Begins to inflate a part of a file.
  ///
  /// - Parameter limit: The most bytes that may come out; nil if that is not known.
  package init(_ source: FileSection, _ format: Format, limit: Int? = nil) throws(FileError) {
    self.source = source
    self.format = format
    origin = source.origin
    let most = (source.bound + 1).multipliedReportingOverflow(by: Inflater.largestRatio)
    allowance = min(limit ?? .max, most.overflow ? .max : most.partialValue)
    unsafe state = .allocate(capacity: 1)
    // SAFETY: the structure is initialized before zlib sees it, and stays where it is until deinit.
    unsafe state.initialize(to: z_stream())
    let code = unsafe inflateInit2_(
      state, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw origin.error("zlib does not start: code \(code)") }
  }

  package var bound: Int { isFinished ? 0 : allowance }

  deinit {
    // SAFETY: the structure was initialized; ending a stream that did not start does nothing.
    unsafe inflateEnd(state)
    unsafe state.deallocate()
  }

  @unsafe package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count, !isFinished {
      if consumed == input.count {
        consumed = 0
        input = try source.read(min(source.bound, Inflater.portion), "the deflated data")
      }
      // SAFETY: no more than the rest of the buffer.
      let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...].prefix(1 << 30))
      done += try unsafe step(into: target)
    }
    allowance -= min(allowance, done)
    return done
  }

  /// Lets zlib write into the buffer once.
  ///
  /// - Returns: The number of bytes written.
  @unsafe private func step(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let available = input.count - consumed
    // SAFETY: zlib is given the input that is left and room in the buffer, both only for this call.
    let code = unsafe input.withUnsafeMutableBytes { input in
      unsafe state.pointee.next_in = input.baseAddress.map {
        unsafe ($0 + consumed).assumingMemoryBound(to: Bytef.self)
      }
      unsafe state.pointee.avail_in = uInt(available)
      unsafe state.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: Bytef.self)
      unsafe state.pointee.avail_out = uInt(buffer.count)
      return unsafe inflate(state, Z_NO_FLUSH)
    }
    let written = unsafe buffer.count - Int(state.pointee.avail_out)
    unsafe consumed += available - Int(state.pointee.avail_in)
    switch code {
    case Z_OK: break
    case Z_STREAM_END: try finishMember()
    case Z_BUF_ERROR where available == 0: throw origin.error("the compressed data are cut short")
    default: throw origin.error("the compressed data are damaged\(message)")
    }
    return written
  }

  /// Goes on with the next of several gzip members, or ends.
  private func finishMember() throws(FileError) {
    guard format == .gzip, consumed < input.count || source.bound > 0 else {
      isFinished = true
      guard consumed == input.count, source.bound == 0 else {
        throw origin.error("bytes follow the end of the compressed data")
      }
      return
    }
    // SAFETY: the stream was started.
    unsafe inflateReset(state)
  }

  /// What zlib says about the last error.
  private var message: String {
    // SAFETY: zlib's texts are constants that end with a zero.
    unsafe state.pointee.msg.map { unsafe ": \(String(cString: $0))" } ?? ""
  }
}
