import CKernels
import Compute
import Synchronization

/// A device that has been opened: the queue everything on it goes through, and its programs.
final class OpenCLEngine: Sendable {
  let name: String
  let family: KernelFamily
  let queue: CommandQueue
  /// Queues of the parts of a processor, a lane each; none where it is not divided.
  let laneQueues: [CommandQueue]
  /// What computes the products of the kernels for tensor cores, if the device may have them.
  let tensorCores: TensorCoreSource?
  private let programs: ProgramCache
  /// The parts of the family that were built.
  private let parts = Mutex<[KernelPart: OpenCLProgram]>([:])

  /// Bytes of local memory that the fast convolutions of the GPU family need.
  static let fastConvolutionMemory = 33 << 10

  /// Opens a device.
  init(
    _ listed: ListedDevice, name: String, family: KernelFamily, location: CacheLocation,
    tensorCores: TensorCoreSource? = nil
  ) throws(DeviceError) {
    self.name = name
    self.tensorCores = tensorCores
    self.family = family
    // A processor's cores may share no cache: see ``Compute/Device/lanes``. Others than PoCL have not been tried.
    let isDivided = family == .cpu && listed.description.isPoCL
    do {
      let context = try OpenCLContext(listed, divided: isDivided)
      queue = try CommandQueue(context)
      var lanes: [CommandQueue] = []
      for part in context.parts.indices { lanes.append(try CommandQueue(context, part: part)) }
      laneQueues = lanes
    } catch {
      throw DeviceError(error, on: name)
    }
    programs = ProgramCache(queue.context, location: location, report: OpenCL.report)
  }

  var properties: DeviceDescription { queue.device.description }

  /// The program that has a kernel of the family: all of them, or in the CPU family those compiled together with it.
  func program(having kernel: String) throws(OpenCLError) -> OpenCLProgram {
    guard family == .cpu, let part = KernelPart.defining(kernel) else {
      return try programs.program(KernelTexts.assembled("\(family.rawValue)/family.cl"), options: options)
    }
    if let known = parts.withLock({ $0[part] }) { return known }
    let program = try programs.program(KernelTexts.assembled(part), options: options)
    parts.withLock { $0[part] = program }
    return program
  }

  /// Generated kernels behind the texts that they use.
  func program(generated: String) throws(OpenCLError) -> OpenCLProgram {
    try programs.program(KernelTexts.assembled("gpu/generated.cl", ending: generated), options: options)
  }

  /// The kernels for tensor cores; none of them works where there is no source of their products.
  func tensorProgram() throws(OpenCLError) -> OpenCLProgram {
    try programs.program(KernelTexts.assembled("gpu/tensor.cl"), options: tensorOptions)
  }

  /// How the kernels for tensor cores are built.
  var tensorOptions: String { tensorCores?.buildOptions(options, for: properties) ?? options }

  /// Nothing that changes results is left to the driver.
  var options: String {
    // A runtime's compiler would tell people what is wrong with the texts; that is for `make kernels`.
    var options = "-cl-std=CL1.2 -w"
    if properties.roundsDivision { options += " -cl-fp32-correctly-rounded-divide-sqrt" }
    if hasMatrixTiles { options += " -DMATRIX_TILES" }
    if isHostClang { options += " -DHOST_CLANG" }
    if family == .cpu { options += " -DVECTOR_REGISTERS=\(vectorRegisters)" }
    return options
  }

  /// How many vectors of 16 floats the registers hold; the device is the processor this runs on.
  private var vectorRegisters: Int { tremor_has_isa(TREMOR_ISA_AVX512) != 0 ? 32 : 8 }

  /// Whether kernels may use what clang has for this processor beyond OpenCL.
  private var isHostClang: Bool { family == .cpu && properties.isPoCL }

  /// Whether the kernels for matrix tiles are compiled: their inline assembly is known to suit PoCL alone.
  var hasMatrixTiles: Bool {
    isHostClang && tremor_has_isa(TREMOR_ISA_AMX) != 0
  }

  /// Does something and reports its failure as one of the device.
  func translating<Value>(_ body: () throws(OpenCLError) -> Value) throws(DeviceError) -> Value {
    do {
      return try body()
    } catch {
      throw DeviceError(error, on: name)
    }
  }

  /// Waits in place until no lane has anything left to do.
  func drainLanes() { for lane in laneQueues { lane.drain() } }

  /// The bytes of a part of a buffer, when everything that was enqueued before has run.
  func read(_ buffer: OpenCLBuffer, offset: Int, byteCount: Int) async throws(DeviceError) -> [UInt8] {
    do {
      return try await queue.read(UInt8.self, from: buffer, offset: offset, count: byteCount)
    } catch {
      throw DeviceError(await queue.diagnosed(error), on: name)
    }
  }
}

/// The texts of the kernels, which are part of this binary.
enum KernelTexts {
  /// The text at `root` with everything it includes, and `ending` after it.
  static func assembled(_ root: String, ending: String = "") throws(OpenCLError) -> String {
    var texts = embedded
    // What generated kernels use is a family of its own, small enough to be compiled again with each of them.
    texts["gpu/generated.cl"] =
      ["prelude.cl", "../common/math.cl", "map.cl", "reduce.cl"].map { "#include \"\($0)\"\n" }.joined()
      + ending
    return try KernelSource.assemble(root: root, texts: texts)
  }

  /// The texts of some kernels of the CPU family.
  static func assembled(_ part: KernelPart) throws(OpenCLError) -> String {
    var texts = embedded
    texts["cpu/part.cl"] = part.texts.map { "#include \"\($0)\"\n" }.joined()
    return try KernelSource.assemble(root: "cpu/part.cl", texts: texts)
  }

  private static let embedded: [String: String] = {
    var texts: [String: String] = [:]
    for index in 0..<tremor_text_count() {
      let text = unsafe tremor_text_at(index)
      // SAFETY: the bytes are constants of this binary, as many as the text says.
      let bytes = unsafe UnsafeBufferPointer(start: text.bytes, count: text.count)
      texts[unsafe String(cString: text.path)] = unsafe String(
        decoding: UnsafeRawBufferPointer(bytes), as: UTF8.self)
    }
    return texts
  }()
}
