import Compute

/// What computes the products of the kernels for tensor cores.
enum TensorCoreSource: Equatable, Sendable {
  /// Tensor cores of this compute capability.
  case hardware(ComputeCapability)
  /// The items of a work-group, which exchange values as tensor cores do: on any device, for tests.
  case emulation

  /// The number that the text of the kernels asks for.
  var architecture: Int {
    switch self {
    case .hardware(let capability): capability.major * 10 + capability.minor
    case .emulation: 0
    }
  }

  /// The kernels; a launch of one of them needs the program for tensor cores.
  static let kernels: Set<String> = [
    "convolution_tf32", "convolution_tf32x3", "matmul_tf32", "matmul_tf32x3",
  ]

  /// How the program is built; `options` are those of the family.
  func buildOptions(_ options: String, for device: DeviceDescription) -> String {
    // Two work-groups side by side on a multiprocessor hide each other's waiting; that leaves 128 registers an item.
    let limit =
      device.supports(extension: "cl_nv_compiler_options") ? " -cl-nv-maxrregcount 128" : ""
    let tile = TensorCoreTile.self
    return options + limit
      + " -DNV_CC=\(architecture) -DTILE_M=\(tile.rows) -DTILE_N=\(tile.columns) -DTILE_K=\(tile.depth)"
      + " -DTILE_PADDING=8"
  }
}

/// Whether a device may have tensor cores that the kernels can use, by what it says about itself.
enum TensorCoreGate: Equatable {
  /// It may; a build and a test tell whether it has.
  case open(TensorCoreSource)
  /// It has none, for a reason to show to people.
  case closed(String)

  /// PCI vendor 0x10DE is NVIDIA.
  private static let vendor: UInt32 = 0x10DE
  private static let oldest = ComputeCapability(major: 8, minor: 0)
  /// Bytes of local memory that a work-group of the kernels uses: two tiles, the signs of results, a table.
  private static let localMemory = 22016

  /// Decides by a description alone.
  init(_ device: DeviceDescription) {
    if device.vendorID != Self.vendor {
      self = .closed("there are kernels for NVIDIA's alone")
    } else if device.isPoCL {
      // Its compiler is another than that of NVIDIA's driver.
      self = .closed("\(device.platformName) is not NVIDIA's driver")
    } else if let capability = device.computeCapability, device.supports(extension: Self.query) {
      self = Self.gate(capability, device)
    } else {
      self = .closed("the driver does not tell the compute capability (\(Self.query))")
    }
  }

  private static let query = "cl_nv_device_attribute_query"

  private static func gate(_ capability: ComputeCapability, _ device: DeviceDescription) -> TensorCoreGate {
    if capability < oldest {
      return .closed("compute capability \(capability) is below \(oldest)")
    }
    if device.localMemory < localMemory || device.maximumWorkGroup < 256 {
      return .closed("work-groups are too small")
    }
    return .open(.hardware(capability))
  }
}

/// Which layers go to tensor cores, as `TREMOR_TENSOR_CORES` says.
enum TensorCoreUse: String, Sendable {
  /// None.
  case off
  /// Those for which tensor cores were faster in a timing.
  case timed
  /// All that they can compute.
  case all
}
