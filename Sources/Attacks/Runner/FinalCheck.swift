internal import Compute

/// Recomputes, from the stored floats and in double precision, whether an image is within reach.
struct FinalCheck {
  let threat: any ThreatModel

  /// The distance of an image from the clean one.
  ///
  /// Differences of floats of -1...1 are exact in doubles.
  func distance(_ image: [Float], from clean: [Float]) -> Double {
    let differences = zip(image, clean).lazy.map { abs(Double($0) - Double($1)) }
    switch threat.norm {
    case .zero: return Double(differences.count { $0 != 0 })
    case .one: return differences.reduce(0, +)
    case .two: return differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .infinity: return differences.reduce(0) { $0 < $1 || $1.isNaN ? $1 : $0 }
    }
  }

  /// Whether the image is inside the range of pixels and, without tolerance, within the budget.
  func isWithinReach(_ image: [Float], distance: Double) -> Bool {
    image.allSatisfy { threat.pixels.contains(Double($0)) }
      && (distance <= threat.radius || threat.reachesEverything([image.count]))
  }
}

extension HostArray {
  /// The floats of a row of bytes.
  static func floats(_ row: ArraySlice<UInt8>) -> [Float] {
    HostArray(TensorType([row.count / 4]), bytes: Array(row)).floats
  }
}
