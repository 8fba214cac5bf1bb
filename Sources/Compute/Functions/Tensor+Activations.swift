// Activation functions on float32. Their kinks lie where PyTorch's do; each names the function it matches.

extension Tensor {
  /// The Gaussian error linear unit: x Φ(x), Φ being the normal distribution function.
  ///
  /// Hendrycks and Gimpel, "Gaussian error linear units", 2016, equation 1; `torch.nn.functional.gelu`.
  ///
  /// - Parameter approximation: How Φ is computed.
  public func gelu(
    _ approximation: GELUApproximation = .none, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    composed("gelu", SourceLocation(fileID, line)) {
      switch approximation {
      case .none: self * 0.5 * (1 + (self * 0.5.squareRoot()).erf())
      case .tanh:
        self * 0.5 * (1 + ((self + self * self * self * 0.044715) * (2 / Double.pi).squareRoot()).tanh())
      }
    }
  }

  /// How ``gelu(_:fileID:line:)`` computes the normal distribution function.
  public enum GELUApproximation: Hashable, Sendable, CaseIterable {
    /// By the error function.
    case none
    /// By a hyperbolic tangent of a cubic, as older transformers do.
    case tanh
  }

  /// x times its sigmoid; `torch.nn.functional.silu`, also called swish.
  public func silu(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("silu", SourceLocation(fileID, line)) { self * sigmoid() }
  }

  /// log(1 + e^x), without overflow and smooth at 0; `torch.nn.functional.softplus` with an infinite
  /// threshold.
  public func softplus(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("softplus", SourceLocation(fileID, line)) {
      // log(1 + e^x) and x + log(1 + e^-x) agree to every order, so the choice between them leaves no kink.
      let isPositive = self .> 0
      let tail = (1 + isPositive.select(-self, self).knownToBe(.nonPositive).exp()).log()
      return isPositive.select(self, zeros) + tail
    }
  }

  /// x tanh(softplus(x)); Misra, "Mish", 2019; `torch.nn.functional.mish`.
  public func mish(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("mish", SourceLocation(fileID, line)) { self * softplus().tanh() }
  }

  /// x where positive, else `scale` (e^x - 1); `torch.nn.functional.elu`.
  public func elu(scale: Double = 1, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("elu", SourceLocation(fileID, line)) {
      // The branch that is not taken must not overflow: 0 times infinity would spoil derivatives.
      let isPositive = self .> 0
      let bent = (isPositive.select(zeros, self).knownToBe(.nonPositive).exp() - 1) * scale
      return isPositive.select(self, bent)
    }
  }

  /// The self-normalising unit: a scaled ``elu(scale:fileID:line:)``.
  ///
  /// Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks", 2017, equation 2;
  /// `torch.nn.functional.selu`.
  public func selu(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("selu", SourceLocation(fileID, line)) {
      elu(scale: 1.673_263_242_354_377_284_8) * 1.050_700_987_355_480_493_4
    }
  }

  /// x where positive, else `slope` x; `torch.nn.functional.leaky_relu`.
  public func leakyRelu(slope: Double = 0.01, fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("leakyRelu", SourceLocation(fileID, line)) { (self .> 0).select(self, self * slope) }
  }

  /// x where positive, else a slope that is learned times x; `torch.nn.functional.prelu`.
  ///
  /// - Parameter slope: One number, `[1]`, or one for each channel, `[C]`, channels lying along axis 1.
  public func parametricRelu(
    slope: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    let place = SourceLocation(fileID, line)
    guard slope.shape == [1] || (rank >= 2 && slope.shape == [shape[1]]) else {
      return refused(
        "parametricRelu", with: [slope], "the slope must be [1] or one for each channel of axis 1", place)
    }
    return composed("parametricRelu", place, [slope]) {
      let slopes = slope.shape == [1] ? slope : slope.channels(of: self)
      return (self .> 0).select(self, self * slopes)
    }
  }

  /// x held between 0 and 6, with slope 0 at both; `torch.nn.functional.relu6`.
  ///
  /// ``clamped(to:)`` passes derivatives at its bounds, as `torch.clamp` does, and differs from this function there alone.
  public func relu6(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("relu6", SourceLocation(fileID, line)) {
      let bent = relu()
      return (bent .< 6).select(bent, splat(6))
    }
  }

  /// x / 6 + 1/2, held between 0 and 1; `torch.nn.functional.hardsigmoid`.
  public func hardSigmoid(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("hardSigmoid", SourceLocation(fileID, line)) {
      // Slope 0 at both ends, where a clamp has slope 1.
      (self .>= 3).select(ones, (self + 3).relu() * (1.0 / 6))
    }
  }

  /// x times its ``hardSigmoid(fileID:line:)``; `torch.nn.functional.hardswish`.
  public func hardSwish(fileID: StaticString = #fileID, line: UInt = #line) -> Tensor {
    composed("hardSwish", SourceLocation(fileID, line)) { self * hardSigmoid() }
  }

  /// This tensor of `[C]` with its axis at axis 1 of `other` and extents of 1 behind, ready to broadcast.
  func channels(of other: Tensor) -> Tensor {
    reshaped(Shape([shape.count] + [Int](repeating: 1, count: Swift.max(0, other.rank - 2))))
  }
}
