/// A source of random tensors in which every draw is a function of what it is for, not of what was drawn
/// before.
///
/// A draw for a sample depends only on the seed, the sample's original index, purpose, restart, step and its
/// element's position, so it is the same at any place in a batch of any size, on every device. Drawing twice
/// gives the same numbers; change the purpose or the step for others.
///
/// The generator is ``Philox``; the 128-bit counter and the key are laid out as
///
///     counter 0   element / 4; the element's word is element mod 4
///     counter 1   sample
///     counter 2   step
///     counter 3   purpose · 65536 + restart mod 65536
///     key 0, 1    seed
///
/// in which element is the row-major position in the sample. Everything but the purpose may be a tensor, and
/// thus change from run to run or from iteration to iteration of one compiled graph.
public struct Randomness {
  /// The two words of the seed: `int32` scalars, or one for each sample.
  public var seed: (Tensor, Tensor)
  /// The original indices of the samples, `int32[N]`; a scalar for one sample without a batch axis.
  public var samples: Tensor
  /// What the draws are for, in 0...65535: different purposes are independent.
  public var purpose: Int
  /// The restart, `int32`: a scalar or one for each sample, of which the low 16 bits count.
  public var restart: Tensor
  /// The step, `int32`: a scalar or one for each sample.
  public var step: Tensor

  /// Makes a source at restart 0 and step 0.
  ///
  /// - Parameters:
  ///   - seed: The two words of the seed.
  ///   - samples: The original indices of the samples.
  ///   - purpose: What the draws are for, in 0...65535.
  public init(seed: (Tensor, Tensor), samples: Tensor, purpose: Int = 0) {
    self.seed = seed
    self.samples = samples
    self.purpose = purpose
    restart = samples.splat(0, .scalar)
    step = samples.splat(0, .scalar)
  }

  /// Makes a source with a seed that is known while tracing, at restart 0 and step 0.
  public init(seed: UInt64, samples: Tensor, purpose: Int = 0) {
    let words = [seed, seed >> 32].map { samples.splat(Double(Int32(truncatingIfNeeded: $0)), .scalar) }
    self.init(seed: (words[0], words[1]), samples: samples, purpose: purpose)
  }

  /// This source for another purpose, in 0...65535.
  public func purpose(_ purpose: Int) -> Randomness { with { $0.purpose = purpose } }
  /// This source at another restart.
  public func restart(_ restart: Tensor) -> Randomness { with { $0.restart = restart } }
  /// This source at another restart.
  public func restart(_ restart: Int) -> Randomness {
    with { $0.restart = samples.splat(Double(restart), .scalar) }
  }
  /// This source at another step.
  public func step(_ step: Tensor) -> Randomness { with { $0.step = step } }
  /// This source at another step.
  public func step(_ step: Int) -> Randomness { with { $0.step = samples.splat(Double(step), .scalar) } }

  private func with(_ change: (inout Randomness) -> Void) -> Randomness {
    var copy = self
    change(&copy)
    return copy
  }
}

extension Randomness {
  /// 32 random bits for each element of samples of these extents, `int32[N, extents]`.
  public func bits(
    _ extents: Shape, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    drawn(extents, "bits", SourceLocation(fileID, line)) { words(at: $0) }
  }

  /// Numbers drawn evenly from `range`: its lower bound plus its width times a multiple of 2^-24 in 0..<1.
  ///
  /// - Returns: `float32[N, extents]`. Rounding of the product can reach the upper bound unless the range is
  ///   0..<1.
  public func uniform(
    _ extents: Shape, in range: Range<Double> = 0..<1, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    drawn(extents, "uniform", SourceLocation(fileID, line)) { elements in
      let unit = fraction(words(at: elements))
      if range == 0..<1 { return unit }
      return unit * (range.upperBound - range.lowerBound) + range.lowerBound
    }
  }

  /// Numbers drawn from the normal distribution of mean 0 and variance 1, none beyond 5.8.
  ///
  /// Box and Muller, "A note on the generation of random normal deviates", 1958: elements 2j and 2j + 1 are
  /// the cosine and the sine of one pair of uniform numbers, those of words 2j and 2j + 1.
  ///
  /// - Returns: `float32[N, extents]`.
  public func normal(
    _ extents: Shape, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    drawn(extents, "normal", SourceLocation(fileID, line)) { elements in
      let parity = elements && elements.splat(1)
      let even = elements - parity
      // 1 - u lies in (0, 1], where the logarithm is finite.
      let radius = ((1 - fraction(words(at: even))).log() * -2).sqrt()
      // sin θ = cos(θ - π/2): a quarter turn less for odd elements, exact in units of a turn.
      let turns = fraction(words(at: even + 1)) - parity.cast(to: .float32) * 0.25
      return radius * (turns * (2 * Double.pi)).cos()
    }
  }

  /// -1 or 1, each as likely, by the highest bit; `float32[N, extents]`.
  public func signs(
    _ extents: Shape, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    drawn(extents, "signs", SourceLocation(fileID, line)) { elements in
      let isNegative = words(at: elements) .< 0
      return isNegative.select(unit(like: elements, -1), unit(like: elements, 1))
    }
  }

  /// Integers drawn evenly from 0..<`bound`, `int32[N, extents]`.
  ///
  /// The high word of bits · bound, as in Lemire, "Fast random integer generation in an interval", 2019,
  /// without the rejection: probabilities differ by 2^-32 at most.
  ///
  /// - Parameter bound: 1 or more.
  public func integers(
    _ extents: Shape, below bound: Int, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard bound >= 1, bound <= Int(Int32.max) else {
      return samples.refused("integers", "the bound must be in 1...\(Int32.max), not \(bound)", place)
    }
    return drawn(extents, "integers", place) { highWord(words(at: $0), times: bound) }
  }

  /// Points drawn evenly from the sphere of radius 1 around 0 in the L2 norm, one for each sample.
  ///
  /// - Returns: `float32[N, extents]`.
  public func onUnitSphere(
    _ extents: Shape, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let points = normal(extents, fileID: fileID, line: line)
    return samples.rank == 1
      ? points.normalized() : points.expandingAxis(at: 0).normalized().squeezingAxis(at: 0)
  }

  /// Points drawn evenly from the ball of radius 1 around 0 in the L2 norm, one for each sample.
  ///
  /// A point of the sphere times u^(1/d), u being the uniform number of the element 2^32 - 1, which no other
  /// draw uses.
  ///
  /// - Returns: `float32[N, extents]`.
  public func inUnitBall(
    _ extents: Shape, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let sphere = onUnitSphere(extents, fileID: fileID, line: line)
    guard samples.rank <= 1, samples.element == .int32 else { return sphere }
    let last = samples.splat(-1, Shape(samples.shape.extents + [1]))
    let radius = fraction(words(at: last)).power(1 / Double(Swift.max(1, extents.count)))
    return sphere * radius.reshaped(Shape(samples.shape.extents + [Int](repeating: 1, count: extents.rank)))
  }
}

extension Randomness {
  /// Traces a draw from the positions of the elements, `int32[N, count]`.
  private func drawn(
    _ extents: Shape, _ operation: String, _ place: SourceLocation, _ body: (Tensor) -> Tensor
  ) -> Tensor {
    let keys = [samples, seed.0, seed.1, restart, step]
    guard samples.rank <= 1,
      keys.allSatisfy({ $0.element == .int32 && ($0.rank == 0 || $0.shape == samples.shape) })
    else {
      let rest = Array(keys.dropFirst())
      return samples.refused(
        operation, with: rest,
        "samples int32[N]; seed, restart and step int32 scalars or int32[N] are needed", place)
    }
    guard (0...65_535).contains(purpose), extents.extents.allSatisfy({ $0 >= 0 }),
      extents.count <= Int(Int32.max)
    else {
      return samples.refused(operation, "purpose \(purpose) or extents \(extents) are out of range", place)
    }
    let whole = Shape(samples.shape.extents + [extents.count])
    return samples.builder.located(place) {
      body(samples.scope.iota([extents.count], axis: 0).broadcast(to: whole))
        .reshaped(Shape(samples.shape.extents + extents.extents))
    }
  }

  /// The random words of these elements, `int32[N, count]`.
  private func words(at elements: Tensor) -> Tensor {
    let column = { (tensor: Tensor) in tensor.rank == 0 ? tensor : tensor.expandingAxis(at: -1) }
    let high = restart.splat(Double(Int32(truncatingIfNeeded: purpose << 16)), .scalar)
    let stream = (restart && restart.splat(65_535)) || high
    return Tensor.apply(
      .philox, [elements, column(samples), column(step), column(stream), column(seed.0), column(seed.1)])
  }

  /// The upper 24 of 32 bits as a multiple of 2^-24 in 0..<1, exactly.
  private func fraction(_ words: Tensor) -> Tensor {
    (words >> 8).cast(to: .float32) * 0x1p-24
  }

  private func unit(like elements: Tensor, _ value: Double) -> Tensor {
    elements.scope.full(elements.shape, value)
  }

  /// The upper 32 bits of the 64-bit product of unsigned words with `bound`, by products of halves.
  private func highWord(_ words: Tensor, times bound: Int) -> Tensor {
    let mask = words.splat(65_535)
    let (low, high) = (words && mask, words >> 16)
    let (boundLow, boundHigh) = (Double(bound & 0xFFFF), Double(bound >> 16))
    let middle = high * boundLow + ((low * boundLow) >> 16)
    let cross = low * boundHigh + (middle && mask)
    return high * boundHigh + (middle >> 16) + (cross >> 16)
  }
}
