internal import Compute

/// The environment variables that choose between words, with the words.
///
/// Those that name files and folders are checked where these are opened, and `TREMOR_DEVICE` where a device is chosen.
public enum EnvironmentVariable: String, CaseIterable, Sendable {
  /// Whether compiled kernels, verdicts and tuning are kept between runs.
  case cache = "TREMOR_CACHE"
  /// Whether what `tremor tune` has found is used.
  case tuning = "TREMOR_TUNING"
  /// Whether OpenCL devices are tested before they are used.
  case selfTest = "TREMOR_SELF_TEST"
  /// Which kernels OpenCL devices run.
  case kernelFamily = "TREMOR_KERNEL_FAMILY"
  /// Which layers go to tensor cores.
  case tensorCores = "TREMOR_TENSOR_CORES"

  /// The words that it may be set to; nothing and an empty text are as if it were not set.
  public var words: [String] {
    switch self {
    case .cache, .tuning, .selfTest: ["on", "off"]
    case .kernelFamily: [KernelFamily.cpu, .gpu].map(\.rawValue)
    case .tensorCores: ["off", "timed", "all"]
    }
  }

  /// What is wrong with the first variable that is set to something else, or nil.
  public static func refusal(_ environment: [String: String]) -> String? {
    for variable in allCases {
      guard let value = environment[variable.rawValue], !value.isEmpty, !variable.words.contains(value) else {
        continue
      }
      let words = variable.words.joined(separator: ", ")
      return "\(variable.rawValue)=\(value): there is no such choice; say one of \(words), or leave it unset"
    }
    return nil
  }
}
