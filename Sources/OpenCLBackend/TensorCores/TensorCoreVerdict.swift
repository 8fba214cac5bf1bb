import Compute

/// What was found out about the tensor cores of a device.
struct TensorCoreVerdict: Codable, Equatable {
  /// Why they are not used, or nil if their results are right.
  var failure: String?
  /// For each layer that was timed: how long it takes.
  var times: [String: Times] = [:]

  /// Milliseconds of one launch of a layer.
  struct Times: Codable, Equatable {
    /// Without tensor cores, by the fastest kernels that are as exact as float32.
    var plain: Double
    /// With factors split into two parts.
    var split: Double
    /// With factors rounded.
    var rounded: Double
  }

  /// Tensor cores must be faster by this factor: what is about as fast is better left to exact kernels.
  private static let margin = 0.95

  /// The layers that go to tensor cores.
  func layers(_ precision: Precision, _ use: TensorCoreUse) -> [TensorCoreLayer] {
    guard failure == nil, use != .off else { return [] }
    if use == .all { return TensorCoreLayer.allCases }
    return TensorCoreLayer.allCases.filter { layer in
      guard let times = times[layer.rawValue] else { return false }
      let candidate = precision == .tensorFloat32 ? times.rounded : times.split
      return candidate.isFinite && candidate > 0 && candidate < times.plain * Self.margin
    }
  }

  /// The same as options of plans.
  func options(_ precision: Precision, _ use: TensorCoreUse) -> PlanOptions {
    let layers = layers(precision, use)
    if layers.isEmpty { return [] }
    return PlanOptions(layers.map(\.option)).union(precision == .tensorFloat32 ? .tensorFloat32 : [])
  }

  /// What people want to know: a line for the choice, and one for each layer that was timed.
  func findings(_ precision: Precision, _ use: TensorCoreUse) -> [String] {
    if let failure { return ["tensor cores: off, because \(failure)"] }
    let chosen = layers(precision, use)
    let kind = precision == .tensorFloat32 ? "TF32" : "3xTF32"
    let names = chosen.map(\.rawValue).joined(separator: ", ")
    let choice = chosen.isEmpty ? "for no layer" : "\(kind) for \(names)"
    return ["tensor cores: \(choice)"]
      + TensorCoreLayer.allCases.compactMap { layer in
        times[layer.rawValue].map { times in
          "\(layer.rawValue): \(rounded(times.plain)) ms without tensor cores, \(rounded(times.split)) ms by 3xTF32, "
            + "\(rounded(times.rounded)) ms by TF32"
        }
      }
  }

  private func rounded(_ milliseconds: Double) -> String {
    guard milliseconds.isFinite, abs(milliseconds) < 1e9 else { return "?" }
    return String((milliseconds * 1000).rounded() / 1000)
  }
}
