public import Attacks
public import Compute
import ComputeTestSupport

/// Checks everything a geometry promises, in the floats of a device, each sample having a radius of its own.
///
/// - Parameter radius: The largest of them.
/// - Throws: The first law that does not hold.
public func checkGeometry(_ geometry: some Geometry, radius: Double, on device: any Device) async throws {
  for seed in 0..<4 {
    let check = try await ProjectionCheck(geometry, radius: radius, seed: UInt64(seed), on: device)
    try check.staysInside()
    try check.isIdempotent()
    try check.advancesByStepAndProjection()
    try check.fixesInteriorPoints()
    try check.isNearest()
  }
  try await checkStart(ThreatModel(geometry, Ratio(radius)), on: device)
  try await checkStep(ThreatModel(geometry, Ratio(radius)), on: device)
}

/// Throws unless every image is within reach of the clean one: in reals, in floats, and without tolerance.
public func requireInside(
  _ found: [Float], around images: [Float], samples: Int, _ threat: ThreatModel, _ what: String
) throws {
  try requireInside(
    found, around: images, radii: [Double](repeating: threat.radius, count: samples), threat.geometry, what)
}

/// The same for samples with a radius each.
func requireInside(
  _ found: [Float], around images: [Float], radii: [Double], _ geometry: any Geometry, _ what: String
) throws {
  let size = images.count / radii.count
  let range = Float(geometry.pixels.lowerBound)...Float(geometry.pixels.upperBound)
  for (index, pixel) in found.enumerated() {
    try require(range.contains(pixel), "\(what): pixel \(index) is \(pixel)")
  }
  for (sample, radius) in radii.enumerated() {
    let pairs = zip(found, images).dropFirst(sample * size).prefix(size)
    // Differences of floats of 0...1 are exact in doubles.
    let length = length(pairs.map { Double($0) - Double($1) }, geometry.norm)
    try require(length <= radius, "\(what): sample \(sample) is \(length) away, more than \(radius)")
    if geometry.norm == .infinity {
      let floats = pairs.map { abs($0 - $1) }.max() ?? 0
      try require(floats <= Float(radius), "\(what): sample \(sample) is \(floats) away in floats")
    }
  }
}

extension Double {
  /// The largest float not above it.
  fileprivate var roundedDown: Double {
    let float = Float(self)
    return Double(Double(float) > self ? float.nextDown : float)
  }
}

func length(_ vector: [Double], _ norm: VectorNorm) -> Double {
  switch norm {
  case .zero: Double(vector.count { $0 != 0 })
  case .one: vector.reduce(0) { $0 + abs($1) }
  case .two: vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  case .infinity: vector.reduce(0) { max($0, abs($1)) }
  }
}

/// Random candidates around random images, projected once and twice.
private struct ProjectionCheck<Subject: Geometry> {
  static var shape: Shape { [6, 3, 5, 7] }

  let geometry: Subject
  /// Of each sample; floats, so that rounding them is none of the geometry's business.
  let radii: [Double]
  let images, candidates, once, twice, advanced, composed: [Float]

  init(_ geometry: Subject, radius: Double, seed: UInt64, on device: any Device) async throws {
    var generator = SeededGenerator(seed: seed)
    let count = Self.shape.count
    let floats = (0..<Self.shape[0]).map { Float(radius.roundedDown / Double(1 << $0)) }
    // Far outside, near the surface and inside, one after the other.
    let reach = [8, 1.2, 0.01][Int(seed) % 3] as Float
    images = generator.pixels(count)
    let size = count / floats.count
    candidates = zip(images.indices, generator.floats(count, in: -1...1)).map { [images] pixel, shift in
      images[pixel] + shift * reach * floats[pixel / size]
    }
    let graph = try Graph { scope in
      let images = scope.input("images", Self.shape)
      let radii = scope.input("radii", [Self.shape[0]])
      let once = geometry.project(scope.input("candidates", Self.shape), around: images, radii: radii)
      let gradient = scope.input("gradient", Self.shape)
      let sizes = 0.4 * radii
      return [
        once, geometry.project(once, around: images, radii: radii),
        geometry.advance(once, along: gradient, by: sizes, around: images, radii: radii),
        geometry.project(once + geometry.step(along: gradient, sizes: sizes), around: images, radii: radii),
      ]
    }
    var executable = try Executable(graph, on: device)
    let results = try await executable.run([
      "images": HostArray(Self.shape, images), "candidates": HostArray(Self.shape, candidates),
      "radii": HostArray([Self.shape[0]], floats),
      "gradient": HostArray(Self.shape, generator.floats(count, in: -1...1)),
    ])
    (self.geometry, once, twice) = (geometry, results[0].floats, results[1].floats)
    (advanced, composed) = (results[2].floats, results[3].floats)
    radii = floats.map(Double.init)
  }

  func staysInside() throws {
    try requireInside(once, around: images, radii: radii, geometry, "projection in \(geometry)")
  }

  func advancesByStepAndProjection() throws {
    try requireInside(advanced, around: images, radii: radii, geometry, "advance in \(geometry)")
    for (sample, radius) in radii.enumerated() {
      let distance = zip(slice(advanced, sample), slice(composed, sample)).map { abs($0 - $1) }.max() ?? 0
      // The image's own rounding remains where the radius is small.
      try require(
        distance <= 1e-5 * Float(radius) + 6e-8,
        "\(geometry): advance of sample \(sample) is \(distance) from step and projection")
    }
  }

  func isIdempotent() throws {
    try require(once == twice, "\(geometry): projecting again moves the image")
  }

  /// The surface itself is left out: how near a point may come to it depends on rounding.
  func fixesInteriorPoints() throws {
    for sample in 0..<Self.shape[0] where distance(candidates, sample) < radii[sample] * (1 - 1e-4) {
      let (before, after) = (slice(candidates, sample), slice(once, sample))
      guard before.allSatisfy({ geometry.pixels.contains(Double($0)) }) else { continue }
      try require(before == after, "\(geometry): sample \(sample) was inside and has moved")
    }
  }

  /// No image within reach is nearer to the candidate; samples that the range of pixels cuts are left out.
  func isNearest() throws {
    var generator = SeededGenerator(seed: 99)
    for sample in 0..<Self.shape[0] {
      let (image, candidate, found) = (slice(images, sample), slice(candidates, sample), slice(once, sample))
      let isCut = geometry.norm != .infinity && found.contains { $0 == 0 || $0 == 1 }
      if isCut { continue }
      let best = length(zip(found, candidate).map { Double($0) - Double($1) }, .two)
      for _ in 0..<20 {
        let direction = generator.floats(image.count, in: -1...1).map(Double.init)
        let scale = radii[sample] / length(direction, geometry.norm)
        let other = zip(image, direction).map { min(max(Double($0) + $1 * scale, 0), 1) }
        let distance = length(zip(other, candidate).map { $0 - Double($1) }, .two)
        try require(
          distance >= best - 1e-4, "\(geometry): sample \(sample) has a nearer point, \(distance) to \(best)")
      }
    }
  }

  private func slice(_ values: [Float], _ sample: Int) -> [Float] {
    let size = values.count / Self.shape[0]
    return Array(values[sample * size..<(sample + 1) * size])
  }

  private func distance(_ values: [Float], _ sample: Int) -> Double {
    length(zip(slice(values, sample), slice(images, sample)).map { Double($0) - Double($1) }, geometry.norm)
  }
}

/// Starts are within reach, differ, and belong to samples, wherever these stand in a batch.
private func checkStart(_ threat: ThreatModel, on device: any Device) async throws {
  let shape: Shape = [8, 1, 6, 6]
  var generator = SeededGenerator(seed: 5)
  let images = generator.pixels(shape.count)
  func starts(_ order: [Int]) async throws -> [Float] {
    let graph = try Graph { scope in
      let samples = scope.constant(HostArray([order.count], order.map { Int32($0 + 1000) }))
      let chosen = scope.input("images", shape).taking(samples - 1000, axis: 0)
      return [threat.start(around: chosen, Randomness(seed: 7, samples: samples))]
    }
    var executable = try Executable(graph, on: device)
    return try await executable.run(["images": HostArray(shape, images)])[0].floats
  }
  let all = try await starts(Array(0..<8))
  try requireInside(all, around: images, samples: 8, threat, "start in \(threat)")
  try require(threat.radius == 0 || all != images, "\(threat): starts are the clean images")
  let size = shape.count / 8
  let some = try await starts([5, 2])
  try require(
    some == Array(all[5 * size..<6 * size] + all[2 * size..<3 * size]),
    "\(threat): a sample's start depends on its place in the batch")
}

/// A step has the length it was asked for, and no direction of that length gains more.
private func checkStep(_ threat: ThreatModel, on device: any Device) async throws {
  guard let dual = threat.norm.dual else { return }
  let shape: Shape = [4, 3, 4]
  var generator = SeededGenerator(seed: 11)
  // Derivatives of every size, small ones included, and a sample without any.
  let scales: [Float] = [1, 1e-6, 1e-20, 0]
  let gradient = scales.flatMap { scale in generator.floats(12, in: -1...1).map { $0 * scale } }
  let graph = try Graph { scope in [threat.step(along: scope.input("gradient", shape), size: 0.125)] }
  var executable = try Executable(graph, on: device)
  let steps = try await executable.run(["gradient": HostArray(shape, gradient)])[0].floats
  for sample in 0..<4 {
    let step = steps[sample * 12..<(sample + 1) * 12].map(Double.init)
    let slope = gradient[sample * 12..<(sample + 1) * 12].map(Double.init)
    let expected = sample == 3 ? 0 : 0.125
    let size = length(step, threat.norm)
    try require(abs(size - expected) < 1e-6, "\(threat): sample \(sample) steps by \(size), not \(expected)")
    let gain = zip(step, slope).reduce(0) { $0 + $1.0 * $1.1 }
    let most = 0.125 * length(slope, dual)
    try require(gain >= most * (1 - 1e-5), "\(threat): sample \(sample) gains \(gain) of \(most)")
  }
}
