/// Products and convolutions that are alike in how fast tensor cores compute them beside other kernels.
///
/// Made of what the reduced extents and the weights of a layer tell, never of the number of samples.
package enum TensorCoreLayer: String, CaseIterable, Sendable, Codable {
  /// Convolutions of one tap.
  case pointwise
  /// Convolutions of 3 by 3 taps that minimal filtering suits, of fewer than 64 channels.
  case shallowFilter
  /// The same of 64 channels or more.
  case deepFilter
  /// Convolutions that sum fewer than 128 products.
  case stem
  /// Other convolutions.
  case general
  /// Adjoints of convolutions with strides.
  case spread
  /// Matrix products with the weights of a layer.
  case matrix

  /// The bit that stands for it in a set of options.
  package var option: PlanOptions {
    PlanOptions(rawValue: 1 << (16 + (Self.allCases.firstIndex(of: self) ?? 0)))
  }

  /// The bits of all layers.
  package static let every = PlanOptions(allCases.map(\.option))
}

extension PlanOptions {
  /// On tensor cores, factors are rounded once and not split into two parts, which is faster and less exact.
  ///
  /// Not one of ``all``: it changes results.
  package static let tensorFloat32 = PlanOptions(rawValue: 1 << 15)

  /// What devices decide, by what they can do and by timing.
  private static let decisions = TensorCoreLayer.every.union([.tensorFloat32, .exactSums])

  /// The passes of these that suit a device, and what it has decided.
  func suited(to device: any Device) -> PlanOptions {
    let device = device.planOptions
    return intersection(device).union(device.intersection(Self.decisions))
  }

  /// The suffix of the kernels for a layer on tensor cores, or nil where others compute it.
  func tensorCoreSuffix(_ layer: TensorCoreLayer?) -> String? {
    guard let layer, contains(.tensorCores), contains(layer.option) else { return nil }
    return contains(.tensorFloat32) ? "tf32" : "tf32x3"
  }
}

extension Device {
  /// Whether factors of some products are rounded to less than float32.
  package var roundsProducts: Bool { planOptions.contains(.tensorFloat32) }
}

/// The tile that the tensor-core kernels of the GPU family compute with 16 by 16 items; the program is built for it.
package enum TensorCoreTile {
  /// Pixels of a convolution, rows of a matrix product.
  package static let rows = 128
  /// Output channels of a convolution, columns of a matrix product.
  package static let columns = 64
  /// Steps of the sum at a time.
  package static let depth = 16
}
