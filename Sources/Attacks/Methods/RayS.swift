internal import Compute

/// The nearest image in the largest change of a pixel, by decisions alone: signs of blocks of pixels are turned where that
/// lets the image come nearer.
///
/// Chen and Gu, "RayS: a ray searching method for hard-label adversarial attack", 2020, algorithms 1 to 3. Distances are
/// sought in units of the Euclidean length of the signs, as in the authors' program. Unlike there, the direction of all
/// pluses is tried as well, and a search ends when no single pixel can be turned any more.
public struct RayS: SearchingAttack {
  /// How perturbations are measured: by the largest change of a pixel.
  public var geometry: any Geometry
  /// The most images of a sample that it asks about, 1 or more.
  public var queries: Int
  /// What is maximised; it has no influence on the search.
  public var loss: any AttackLoss { .margin }

  /// Makes an attack; the default is that of the authors' program.
  public init(_ geometry: any Geometry = LInfinityGeometry(), queries: Int = 10_000) {
    self.geometry = geometry
    self.queries = queries
  }

  /// "rays".
  public var name: String { "rays" }
  /// The nearest image.
  public var goal: Goal { .nearest(geometry) }
  /// Decisions.
  public var access: ModelAccess { .decisions }
  /// False.
  public var drawsRandomly: Bool { false }
  /// Queries.
  public var parameters: [String: ParameterValue] { ["queries": .count(queries)] }

  /// Asks about one image of each sample at a time.
  public func search(_ oracle: Oracle) async throws {
    var rays = (0..<oracle.count).map { Ray(oracle.image($0), geometry.pixels) }
    var active = Array(rays.indices)
    while !active.isEmpty {
      let questions = active.map { Oracle.Question($0, rays[$0].question) }
      for (sample, reply) in zip(active, try await oracle.reply(to: questions)) {
        rays[sample].take(reply.hasFallen)
      }
      active.removeAll { rays[$0].isDone || oracle.queries[$0] >= queries }
    }
  }
}

/// The search of one sample: what it asks next, and what it makes of the answer.
struct Ray {
  /// Distances are found to within this, in units of the Euclidean length of all signs.
  private static let tolerance = 1e-3

  private let clean: [Float]
  private let pixels: ClosedRange<Float>
  /// The directions that lead nearest so far.
  private(set) var signs: [Int8]
  /// How far it is along them; infinite before any was found.
  private(set) var radius = Double.infinity
  /// Whether nothing is left to try.
  private(set) var isDone = false
  /// The part that is turned: block number `block` of 2^`level`.
  private var level = -1
  private var block = 0
  private var hasImproved = false
  /// Where a bisection is; nil while a direction is tried at the best radius.
  private var bounds: (low: Double, high: Double)?

  init(_ clean: [Float], _ pixels: ClosedRange<Double>) {
    self.clean = clean
    self.pixels = Float(pixels.lowerBound)...Float(pixels.upperBound)
    signs = [Int8](repeating: 1, count: clean.count)
    isDone = clean.isEmpty
  }

  private var length: Double { Double(clean.count).squareRoot() }

  /// The pixels that are turned; none in the first direction.
  private var turned: Range<Int> {
    guard level >= 0 else { return 0..<0 }
    let size = blockSize
    return block * size..<min(clean.count, (block + 1) * size)
  }

  private var blockSize: Int {
    let blocks = level < Int.bitWidth - 2 ? 1 << level : clean.count
    return max(1, (clean.count + blocks - 1) / blocks)
  }

  /// The image that is asked about.
  var question: [Float] {
    let distance = bounds.map { ($0.low + $0.high) / 2 } ?? radius
    // Far enough for every corner.
    let width = Double(pixels.upperBound - pixels.lowerBound)
    let shift = distance.isFinite ? Float(distance / length) : Float(2 * width)
    let turned = turned
    return clean.indices.map { pixel in
      let sign = turned.contains(pixel) ? -signs[pixel] : signs[pixel]
      let moved = clean[pixel] + (sign > 0 ? shift : -shift)
      return min(max(moved, pixels.lowerBound), pixels.upperBound)
    }
  }

  /// Goes on from an answer.
  mutating func take(_ hasFallen: Bool) {
    if let known = bounds {
      let middle = (known.low + known.high) / 2
      bounds = hasFallen ? (known.low, middle) : (middle, known.high)
    } else if hasFallen {
      // At a pixel's full range every image is a corner.
      let width = Double(pixels.upperBound - pixels.lowerBound)
      bounds = (0, min(radius, length * width))
    } else {
      goOn()
      return
    }
    if let known = bounds, known.high - known.low <= Self.tolerance {
      if known.high < radius {
        for pixel in turned { signs[pixel] = -signs[pixel] }
        radius = known.high
        hasImproved = true
      }
      bounds = nil
      goOn()
    }
  }

  /// The next block, or the next level.
  private mutating func goOn() {
    let isLast = level < 0 || turned.upperBound >= clean.count
    guard isLast else {
      block += 1
      return
    }
    if level >= 0, blockSize == 1, !hasImproved { isDone = true }
    level += 1
    block = 0
    hasImproved = false
  }
}

extension AttackRecipe {
  /// The ray search.
  public static let rayS = AttackRecipe(
    nearest: ["rays"], "the nearest image, by turning signs of blocks; asks for decisions alone",
    norms: [.infinity], { RayS($0) }, settings: [.count(.queries, \.queries)])
}
