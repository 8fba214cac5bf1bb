public import Attacks
public import Compute
import ComputeTestSupport

/// Checks everything a threat model promises, in the floats of a device.
///
/// - Throws: The first law that does not hold.
public func checkThreatModel(_ threat: some ThreatModel, on device: any Device) async throws {
  for seed in 0..<4 {
    let check = try await ProjectionCheck(threat, seed: UInt64(seed), on: device)
    try check.staysInside()
    try check.isIdempotent()
    try check.advancesByStepAndProjection()
    try check.fixesInteriorPoints()
    try check.isNearest()
  }
  try await checkStart(threat, on: device)
  try await checkStep(threat, on: device)
}

/// Throws unless every image is within reach of the clean one: in reals, in floats, and without tolerance.
public func requireInside(
  _ found: [Float], around images: [Float], samples: Int, _ threat: some ThreatModel, _ what: String
) throws {
  let size = images.count / samples
  let range = Float(threat.pixels.lowerBound)...Float(threat.pixels.upperBound)
  for (index, pixel) in found.enumerated() {
    try require(range.contains(pixel), "\(what): pixel \(index) is \(pixel)")
  }
  for sample in 0..<samples {
    let pairs = zip(found, images).dropFirst(sample * size).prefix(size)
    // Differences of floats of 0...1 are exact in doubles.
    let length = length(pairs.map { Double($0) - Double($1) }, threat.norm)
    try require(
      length <= threat.radius, "\(what): sample \(sample) is \(length) away, more than \(threat.radius)")
    if threat.norm == .infinity {
      let floats = pairs.map { abs($0 - $1) }.max() ?? 0
      try require(floats <= Float(threat.radius), "\(what): sample \(sample) is \(floats) away in floats")
    }
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
private struct ProjectionCheck<Threat: ThreatModel> {
  static var shape: Shape { [6, 3, 5, 7] }

  let threat: Threat
  let images, candidates, once, twice, advanced, composed: [Float]

  init(_ threat: Threat, seed: UInt64, on device: any Device) async throws {
    var generator = SeededGenerator(seed: seed)
    let count = Self.shape.count
    // Far outside, near the surface and inside, one after the other.
    let reach = Float(threat.radius) * [8, 1.2, 0.01][Int(seed) % 3]
    images = generator.pixels(count)
    candidates = zip(images, generator.floats(count, in: -reach...reach)).map { $0 + $1 }
    let graph = try Graph { scope in
      let images = scope.input("images", Self.shape)
      let once = threat.project(scope.input("candidates", Self.shape), around: images)
      let gradient = scope.input("gradient", Self.shape)
      let size = 0.4 * threat.radius
      return [
        once, threat.project(once, around: images),
        threat.advance(once, along: gradient, by: size, around: images),
        threat.project(once + threat.step(along: gradient, size: size), around: images),
      ]
    }
    var executable = try Executable(graph, on: device)
    let results = try await executable.run([
      "images": HostArray(Self.shape, images), "candidates": HostArray(Self.shape, candidates),
      "gradient": HostArray(Self.shape, generator.floats(count, in: -1...1)),
    ])
    (self.threat, once, twice) = (threat, results[0].floats, results[1].floats)
    (advanced, composed) = (results[2].floats, results[3].floats)
  }

  func staysInside() throws {
    try requireInside(once, around: images, samples: Self.shape[0], threat, "projection onto \(threat)")
  }

  func advancesByStepAndProjection() throws {
    try requireInside(advanced, around: images, samples: Self.shape[0], threat, "advance in \(threat)")
    let distance = zip(advanced, composed).map { abs($0 - $1) }.max() ?? 0
    try require(
      distance <= 1e-5 * Float(threat.radius), "\(threat): advance is \(distance) from step and projection")
  }

  func isIdempotent() throws {
    try require(once == twice, "\(threat): projecting again moves the image")
  }

  /// The surface itself is left out: how near a point may come to it depends on rounding.
  func fixesInteriorPoints() throws {
    for sample in 0..<Self.shape[0] where distance(candidates, sample) < threat.radius * (1 - 1e-4) {
      let (before, after) = (slice(candidates, sample), slice(once, sample))
      guard before.allSatisfy({ threat.pixels.contains(Double($0)) }) else { continue }
      try require(before == after, "\(threat): sample \(sample) was inside and has moved")
    }
  }

  /// No image within reach is nearer to the candidate; samples that the range of pixels cuts are left out.
  func isNearest() throws {
    var generator = SeededGenerator(seed: 99)
    for sample in 0..<Self.shape[0] {
      let (image, candidate, found) = (slice(images, sample), slice(candidates, sample), slice(once, sample))
      let isCut = threat.norm != .infinity && found.contains { $0 == 0 || $0 == 1 }
      if isCut { continue }
      let best = length(zip(found, candidate).map { Double($0) - Double($1) }, .two)
      for _ in 0..<20 {
        let direction = generator.floats(image.count, in: -1...1).map(Double.init)
        let scale = threat.radius / length(direction, threat.norm)
        let other = zip(image, direction).map { min(max(Double($0) + $1 * scale, 0), 1) }
        let distance = length(zip(other, candidate).map { $0 - Double($1) }, .two)
        try require(
          distance >= best - 1e-4, "\(threat): sample \(sample) has a nearer point, \(distance) to \(best)")
      }
    }
  }

  private func slice(_ values: [Float], _ sample: Int) -> [Float] {
    let size = values.count / Self.shape[0]
    return Array(values[sample * size..<(sample + 1) * size])
  }

  private func distance(_ values: [Float], _ sample: Int) -> Double {
    length(zip(slice(values, sample), slice(images, sample)).map { Double($0) - Double($1) }, threat.norm)
  }
}

/// Starts are within reach, differ, and belong to samples, wherever these stand in a batch.
private func checkStart(_ threat: some ThreatModel, on device: any Device) async throws {
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
private func checkStep(_ threat: some ThreatModel, on device: any Device) async throws {
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
