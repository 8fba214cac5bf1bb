import Testing

@testable import OpenCLBackend

@Suite(.enabled(if: RuntimeDevice.isPresent))
struct RuntimeQueueTests {
  private let values = (0..<256).map(Float.init)

  private func uploaded(_ values: [Float], _ queue: CommandQueue) throws -> OpenCLBuffer {
    let buffer = try queue.allocate(byteCount: 4 * values.count)
    try queue.write(values, to: buffer)
    return buffer
  }

  @Test("Memory is zero when it is allocated, whatever its size", arguments: [1, 7, 1024])
  func zeros(byteCount: Int) async throws {
    let queue = try RuntimeDevice.queue()
    let buffer = try queue.allocate(byteCount: byteCount)
    let bytes = try await queue.read(UInt8.self, from: buffer, count: byteCount)
    #expect(bytes == [UInt8](repeating: 0, count: byteCount))
  }

  @Test("What is written is read back, in whole and in part")
  func roundTrip() async throws {
    let queue = try RuntimeDevice.queue()
    let buffer = try uploaded(values, queue)
    #expect(try await queue.read(Float.self, from: buffer, count: 256) == values)
    #expect(try await queue.read(Float.self, from: buffer, offset: 40, count: 3) == [10, 11, 12])
    #expect(try await queue.read(Float.self, from: buffer, count: 0).isEmpty)
  }

  @Test("A write that does not wait is done when the queue has finished")
  func enqueuedWrite() async throws {
    let queue = try RuntimeDevice.queue()
    let buffer = try queue.allocate(byteCount: 1024)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 16)
    defer { unsafe bytes.deallocate() }
    unsafe bytes.copyBytes(from: values.withUnsafeBytes(Array.init))
    try unsafe queue.enqueueWrite(UnsafeRawBufferPointer(bytes), to: buffer)
    try await queue.finish()
    #expect(try await queue.read(Float.self, from: buffer, count: 256) == values)
  }

  @Test("Copies and fills touch their part only")
  func copyAndFill() async throws {
    let queue = try RuntimeDevice.queue()
    let source = try uploaded(values, queue)
    let copy = try queue.allocate(byteCount: 1024)
    try queue.copy(from: source, at: 8, to: copy, at: 4, byteCount: 12)
    try queue.fill(copy, with: Float(7), offset: 16, byteCount: 8)
    let found = try await queue.read(Float.self, from: copy, count: 8)
    #expect(found == [0, 2, 3, 4, 7, 7, 0, 0])
  }

  @Test("A prepared kernel runs on parts of buffers, and again without setting up")
  func launches() async throws {
    let queue = try RuntimeDevice.queue()
    let program = try OpenCLProgram.compiled(runtimeTestSource, options: "", in: queue.context)
    let alignment = queue.device.description.baseAddressAlignment
    let arena = try queue.allocate(byteCount: 1024 + alignment)
    try queue.write(values, to: arena, offset: alignment)
    let x = try arena.part(offset: alignment, byteCount: 1024)
    let y = try queue.allocate(byteCount: 1024)
    let kernel = try PreparedKernel(
      "scale", of: program, arguments: [.buffer(x), .buffer(y), .int32(-3), .float(0.5)],
      range: WorkRange(256, local: 1))
    try queue.launch(kernel)
    #expect(try await queue.read(Float.self, from: y, count: 256) == values.map { $0 / 2 - 3 })
    try queue.fill(x, with: Float(2))
    try queue.launch(kernel)
    #expect(try await queue.read(Float.self, from: y, count: 256) == values.map { _ in -2 })
  }

  @Test("Local memory has the size that was asked for")
  func localMemory() async throws {
    let queue = try RuntimeDevice.queue()
    let program = try OpenCLProgram.compiled(runtimeTestSource, options: "", in: queue.context)
    let (x, sums) = (try uploaded(values, queue), try queue.allocate(byteCount: 64))
    let kernel = try PreparedKernel(
      "groupSum", of: program, arguments: [.buffer(x), .buffer(sums), .local(byteCount: 64)],
      range: WorkRange(256, local: 16))
    try queue.launch(kernel)
    let expected = (0..<16).map { group in values[(16 * group)..<(16 * group + 16)].reduce(0, +) }
    #expect(try await queue.read(Float.self, from: sums, count: 16) == expected)
  }

  @Test("Arguments, work-groups and offsets that do not fit are refused before a launch")
  func refusals() throws {
    let queue = try RuntimeDevice.queue()
    let program = try OpenCLProgram.compiled(runtimeTestSource, options: "", in: queue.context)
    let x = try queue.allocate(byteCount: 1024)
    let arguments: [KernelArgument] = [.buffer(x), .noBuffer, .int32(0), .float(0)]
    #expect(throws: OpenCLError.self) {
      try PreparedKernel("scale", of: program, arguments: [.buffer(x)], range: WorkRange(1))
    }
    #expect(throws: OpenCLError.self) {
      try PreparedKernel("absent", of: program, arguments: [], range: WorkRange(1))
    }
    #expect(throws: OpenCLError.self) {
      try PreparedKernel("scale", of: program, arguments: arguments, range: WorkRange(10, local: 4))
    }
    let huge = WorkRange(1 << 30, local: 1 << 30)
    #expect(throws: OpenCLError.self) {
      try PreparedKernel("scale", of: program, arguments: arguments, range: huge)
    }
    if queue.device.description.baseAddressAlignment > 1 {
      #expect(throws: OpenCLError.self) { try x.part(offset: 1, byteCount: 4) }
    }
  }

  @Test("More memory than a buffer can have is a lack of memory")
  func tooMuch() throws {
    let queue = try RuntimeDevice.queue()
    let limit = queue.device.description.maximumAllocation
    guard limit < UInt64(Int.max) else { return }
    do {
      _ = try queue.allocate(byteCount: Int(limit) + 1)
      Issue.record("it was allocated")
    } catch {
      #expect(error.kind == .outOfMemory)
      #expect(error.advice != nil)
    }
  }

  @Test("A device that still answers is not lost")
  func diagnosis() async throws {
    let queue = try RuntimeDevice.queue()
    let failure = OpenCLError("launch of matmul", .outOfResources)
    #expect(await queue.diagnosed(failure).kind == .outOfMemory)
  }

  @Test("A timing queue measures a launch")
  func timing() async throws {
    let queue = try RuntimeDevice.queue(timing: true)
    let program = try OpenCLProgram.compiled(runtimeTestSource, options: "", in: queue.context)
    let (x, y) = (try uploaded(values, queue), try queue.allocate(byteCount: 1024))
    let kernel = try PreparedKernel(
      "scale", of: program, arguments: [.buffer(x), .buffer(y), .int32(0), .float(1)], range: WorkRange(256))
    let nanoseconds = try await queue.duration(of: kernel)
    #expect(nanoseconds > 0 && nanoseconds < 60_000_000_000)
  }

  @Test("Many tasks read from one queue at once")
  func concurrentReads() async throws {
    let queue = try RuntimeDevice.queue()
    let buffer = try uploaded(values, queue)
    let sums = try await withThrowingTaskGroup(of: Float.self) { group in
      for _ in 0..<32 {
        group.addTask { try await queue.read(Float.self, from: buffer, count: 256).reduce(0, +) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [Float](repeating: 255 * 128, count: 32))
  }
}
