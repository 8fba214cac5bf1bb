import FileTestSupport
import Foundation
import Synchronization
import Testing

@testable import OpenCLBackend

@Suite(.enabled(if: RuntimeDevice.isPresent))
struct RuntimeProgramCacheTests {
  /// A cache as a new process has it: nothing in memory.
  private func cache(
    _ folder: String, limit: Int = 256 << 20, report: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> ProgramCache {
    try ProgramCache(
      RuntimeDevice.queue().context, location: CacheLocation(folder: folder), limit: limit, policy: .always,
      report: report)
  }

  private func origin(_ cache: ProgramCache, source: String = runtimeTestSource) throws -> ProgramCache.Origin
  {
    let (program, origin) = try cache.programAndOrigin(source, options: "-cl-std=CL1.2")
    let buffer = try CommandQueue(program.context).allocate(byteCount: 4)
    _ = try PreparedKernel(
      "scale", of: program, arguments: [.buffer(buffer), .buffer(buffer), .int32(0), .float(0)],
      range: WorkRange(1))
    return origin
  }

  @Test("A program is compiled once, then found in memory and by the next process in a file")
  func origins() throws {
    let folder = try TestFolder()
    let first = try cache(folder.path)
    #expect(try origin(first) == .source)
    #expect(try origin(first) == .memory)
    #expect(folder.files.count == 1)
    #expect(try origin(cache(folder.path)) == .file)
    #expect(try origin(cache(folder.path), source: runtimeTestSource + "\n") == .source)
  }

  @Test(
    "A damaged file is replaced",
    arguments: ["empty", "short", "flipped byte", "flipped header", "junk"])
  func damage(_ kind: String) throws {
    let folder = try TestFolder()
    #expect(try origin(cache(folder.path)) == .source)
    let file = URL(fileURLWithPath: try #require(folder.files.first))
    var bytes = [UInt8](try Data(contentsOf: file))
    switch kind {
    case "empty": bytes = []
    case "short": bytes.removeLast(bytes.count / 2)
    case "flipped byte": bytes[bytes.count - 5] ^= 1
    case "flipped header": bytes[12] ^= 1
    default: bytes = CachedFile.sealed(Array("not a binary of this driver".utf8))
    }
    try Data(bytes).write(to: file)
    #expect(try origin(cache(folder.path)) == .source)
    #expect(try origin(cache(folder.path)) == .file)
  }

  @Test("A folder that cannot be written is reported once and harms nothing")
  func unwritable() throws {
    let folder = try TestFolder()
    let obstacle = folder.path + "/file"
    try Data().write(to: URL(fileURLWithPath: obstacle))
    let reports = Counter()
    let cache = try cache(obstacle + "/cache", report: { _ in reports.increment() })
    #expect(try origin(cache) == .source)
    #expect(try origin(cache, source: runtimeTestSource + " ") == .source)
    #expect(reports.count == 1)
  }

  @Test("Files are written unless the driver keeps its own")
  func policy() throws {
    let folder = try TestFolder()
    let context = try RuntimeDevice.queue().context
    let cache = ProgramCache(context, location: CacheLocation(folder: folder.path))
    #expect(try origin(cache) == .source)
    #expect(folder.files.isEmpty == context.device.description.driverKeepsPrograms)
  }

  @Test("A cache that is off keeps nothing but what is in memory")
  func off() throws {
    let cache = try ProgramCache(RuntimeDevice.queue().context, location: .off)
    #expect(try origin(cache) == .source)
    #expect(try origin(cache) == .memory)
  }

  @Test("A program that does not compile fails with the complete log, again and again")
  func buildFailure() throws {
    let folder = try TestFolder()
    let cache = try cache(folder.path)
    for _ in 0..<2 {
      do {
        _ = try cache.program("kernel void broken() { unknown_name = 1; }", options: "-DSIZE=3")
        Issue.record("it was compiled")
      } catch {
        #expect(error.kind == .buildFailure)
        #expect(error.detail.contains("unknown_name"))
        #expect(error.operation.contains("-DSIZE=3"))
      }
    }
    #expect(folder.files.isEmpty)
  }
}

/// Counts calls from any thread.
private final class Counter: Sendable {
  private let value = Mutex(0)

  var count: Int { value.withLock { $0 } }

  func increment() { value.withLock { $0 += 1 } }
}
