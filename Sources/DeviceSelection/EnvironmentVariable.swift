internal import CPUBackend
internal import Compute

/// The environment variables that Tremor reads.
public enum EnvironmentVariable: String, CaseIterable, Sendable {
  /// Where to compute, where nothing else says it.
  case device = "TREMOR_DEVICE"
  /// The OpenCL library to open.
  case library = "TREMOR_OPENCL_LIBRARY"
  /// Which kernels OpenCL devices run.
  case kernelFamily = "TREMOR_KERNEL_FAMILY"
  /// Where compiled kernels, verdicts and tuning are kept.
  case cacheFolder = "TREMOR_CACHE_DIR"
  /// Whether compiled kernels, verdicts and tuning are kept between runs.
  case cache = "TREMOR_CACHE"
  /// Whether what `tremor tune` has found is used.
  case tuning = "TREMOR_TUNING"
  /// Which layers go to tensor cores.
  case tensorCores = "TREMOR_TENSOR_CORES"
  /// Whether OpenCL devices are tested before they are used.
  case selfTest = "TREMOR_SELF_TEST"
  /// The best instruction set that may be used.
  case instructionSet = "TREMOR_INSTRUCTION_SET"
  /// How much local memory devices have at most.
  case localMemory = "TREMOR_LOCAL_MEMORY"

  /// The words that it may be set to, or nil where it takes other texts; an empty text is as if it were not set.
  public var words: [String]? {
    switch self {
    case .cache, .tuning, .selfTest: ["on", "off"]
    case .kernelFamily: [KernelFamily.cpu, .gpu].map(\.rawValue)
    case .tensorCores: ["off", "timed", "all"]
    case .instructionSet: InstructionSet.allCases.map(\.rawValue)
    case .device, .library, .cacheFolder, .localMemory: nil
    }
  }

  /// Its value, if it has one.
  public func value(_ environment: [String: String]) -> String? {
    environment[rawValue].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What is wrong with the first variable that is set to something without meaning, or nil.
  ///
  /// Files and folders are looked at where they are opened.
  public static func refusal(_ environment: [String: String]) -> String? {
    for variable in allCases {
      guard let value = variable.value(environment), let reason = variable.refusal(of: value) else {
        continue
      }
      return "\(variable.rawValue)=\(value): \(reason)"
    }
    return nil
  }

  private func refusal(of value: String) -> String? {
    switch self {
    case .device: return DeviceRequest(value) == nil ? DeviceRequest.refusal : nil
    case .localMemory: return DeviceLimits.refusal(of: value)
    default:
      guard let words, !words.contains(value) else { return nil }
      return "there is no such choice; say one of \(words.joined(separator: ", ")), or leave it unset"
    }
  }
}
