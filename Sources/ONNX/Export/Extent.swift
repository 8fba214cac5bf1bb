import Compute

/// How many elements lie along an axis when the number of samples N is open: `fixed + perSample · N`.
struct Extent: Hashable {
  let fixed: Int
  let perSample: Int

  init(_ fixed: Int, perSample: Int = 0) {
    self.fixed = fixed
    self.perSample = perSample
  }

  /// Finds the extent that takes these values at these numbers of samples, the first two of which differ; nil
  /// if none does.
  init?(values: [Int], samples: [Int]) {
    guard values.count > 1 else {
      self.init(values[0])
      return
    }
    let slope = (values[1] - values[0]) / (samples[1] - samples[0])
    let extent = Extent(values[0] - slope * samples[0], perSample: slope)
    guard zip(values, samples).allSatisfy({ $0 == extent.fixed + slope * $1 }), slope >= 0 else { return nil }
    self = extent
  }

  /// The number, unless it depends on that of the samples.
  var known: Int? { perSample == 0 ? fixed : nil }

  static let one = Extent(1)
  /// N itself.
  static let batch = Extent(0, perSample: 1)
}

/// A tensor's type when the number of samples is open.
struct OpenType: Hashable {
  var extents: [Extent]
  var element: ElementType

  init(_ extents: [Extent], _ element: ElementType) {
    self.extents = extents
    self.element = element
  }

  var rank: Int { extents.count }

  /// The extents, unless one of them depends on the number of samples.
  var knownExtents: [Int]? {
    let known = extents.compactMap(\.known)
    return known.count == rank ? known : nil
  }

  /// The number of elements, if it does not depend on the number of samples.
  var knownCount: Int? { knownExtents?.reduce(1, *) }
}

extension [Extent] {
  /// The extents without those of 1 in front.
  var withoutLeadingOnes: [Extent] { Array(drop { $0 == .one }) }

  /// The shape that operands of these two stretch to, axes being aligned at the innermost one; nil where they
  /// do not.
  static func broadcast(_ a: [Extent], _ b: [Extent]) -> [Extent]? {
    let rank = Swift.max(a.count, b.count)
    let left = [Extent](repeating: .one, count: rank - a.count) + a
    let right = [Extent](repeating: .one, count: rank - b.count) + b
    var common: [Extent] = []
    for (x, y) in zip(left, right) {
      guard x == y || x == .one || y == .one else { return nil }
      common.append(x == .one ? y : x)
    }
    return common
  }
}
