import Compute

/// The programs of a plan, and the kernels of its launches in them.
struct PlanKernels {
  /// The program of each kernel of the family.
  private var family: [String: OpenCLProgram] = [:]
  private let generated: OpenCLProgram?
  private let tensor: OpenCLProgram?
  private let generator: GeneratedKernels

  init(_ launches: [Plan.Launch], _ engine: OpenCLEngine) throws(OpenCLError) {
    generator = GeneratedKernels(engine.family == .gpu ? launches : [])
    let needsTensorCores = launches.contains { TensorCoreSource.kernels.contains($0.kernel) }
    tensor = needsTensorCores ? try engine.tensorProgram() : nil
    generated = generator.isEmpty ? nil : try engine.program(generated: generator.text)
    for launch in launches where !isElsewhere(launch) && family[launch.kernel] == nil {
      family[launch.kernel] = try engine.program(having: launch.kernel)
    }
  }

  /// Whether a launch's kernel is none of the family's.
  private func isElsewhere(_ launch: Plan.Launch) -> Bool {
    tensor != nil && TensorCoreSource.kernels.contains(launch.kernel)
      || generated != nil && generator.name(launch) != nil
  }

  /// The kernel of a launch with its arguments: buffers, scratch, integers, floats.
  func prepared(
    _ launch: Plan.Launch, buffers: [KernelArgument], _ engine: OpenCLEngine
  ) throws(DeviceError) -> PreparedKernel {
    let available = engine.properties.localMemory
    guard launch.scratchBytes <= available else {
      throw DeviceError(
        .buildFailed, on: engine.name,
        "\(launch.kernel) needs \(launch.scratchBytes) bytes of local memory; the device has \(available)")
    }
    var arguments = buffers
    if launch.scratchBytes > 0 { arguments.append(.local(byteCount: max(4, launch.scratchBytes))) }
    arguments += launch.integers.map { .int32($0) } + launch.floats.map { .float($0) }
    return try engine.translating { () throws(OpenCLError) in
      let (program, name) = try place(of: launch, engine)
      return try PreparedKernel(name, of: program, arguments: arguments, range: launch.work.range)
    }
  }

  private func place(
    of launch: Plan.Launch, _ engine: OpenCLEngine
  ) throws(OpenCLError) -> (program: OpenCLProgram, name: String) {
    if let tensor, TensorCoreSource.kernels.contains(launch.kernel) { return (tensor, launch.kernel) }
    if let generated, let name = generator.name(launch) { return (generated, name) }
    if let known = family[launch.kernel] { return (known, launch.kernel) }
    return (try engine.program(having: launch.kernel), launch.kernel)
  }
}

extension Plan.Work {
  /// The range of a launch; groups of the CPU family have one work-item.
  var range: WorkRange {
    let group = local.isEmpty ? global.map { _ in 1 } : local
    return switch global.count {
    case 1: WorkRange(global[0], local: group[0])
    case 2: WorkRange(global[0], global[1], local: (group[0], group[1]))
    default: WorkRange(global[0], global[1], global[2], local: (group[0], group[1], group[2]))
    }
  }
}
