import Testing

@testable import Compute

/// Values known from elsewhere: the interpreter is the oracle of everything else, so it is held against arithmetic
/// done by hand.
@Suite struct ValueTests {
  private func values(_ body: (Scope) -> Tensor) throws -> [Float] { try evaluate { [body($0)] }[0].floats }

  private func floats(_ scope: Scope, _ values: [Float]) -> Tensor {
    scope.constant(HostArray([values.count], values))
  }

  private func integers(_ scope: Scope, _ values: [Int32]) -> Tensor {
    scope.constant(HostArray([values.count], values))
  }

  @Test func halvesRoundToTheEvenNeighbour() throws {
    #expect(try values { floats($0, [-1.5, -0.5, 0.5, 1.5, 2.5]).rounded() } == [-2, 0, 0, 2, 2])
  }

  @Test func integersWrapAndDivideTowardZero() throws {
    let most = Int32.max
    #expect(
      try evaluate { [integers($0, [most, -7, 7, 5]) + integers($0, [1, 1, 1, 1])] }[0].integers
        == [Int32.min, -6, 8, 6])
    #expect(
      try evaluate { [integers($0, [-7, 7, 5, Int32.min]) / integers($0, [2, -2, 0, -1])] }[0].integers
        == [-3, -3, 0, Int32.min])
    #expect(
      try evaluate { [integers($0, [-7, 7, 5, Int32.min]) % integers($0, [2, -2, 0, -1])] }[0].integers
        == [-1, 1, 0, 0])
    #expect(
      try evaluate { [integers($0, [-1, 1]) >> 28, integers($0, [-1, 1]) << 31] }.map(\.integers)
        == [[15, 0], [Int32.min, Int32.min]])
  }

  @Test func comparisonsWithNaNAreFalseAndExtremesAreNaN() throws {
    let pairs: [(Tensor, Tensor) -> Tensor] = [{ $0 .== $1 }, { $0 .< $1 }, { $0 .>= $1 }]
    for compare in pairs {
      #expect(try values { compare(floats($0, [.nan]), floats($0, [1])) } == [0])
    }
    #expect(try values { floats($0, [.nan, 1]).maximum(floats($0, [1, .nan])) }.allSatisfy(\.isNaN))
    #expect(try values { floats($0, [1, .nan, 3]).maximum(over: nil) }.allSatisfy(\.isNaN))
    #expect(try values { floats($0, [1, .nan, 3]).argmax() } == [1])
    #expect(try values { floats($0, [1, .nan, 3]).top(3).indices } == [1, 2, 0])
    #expect(try values { floats($0, [1, .nan, 3]).top(3, largest: false).indices } == [0, 2, 1])
  }

  @Test func tiesGoToTheFirst() throws {
    #expect(try values { floats($0, [2, 3, 3, 1]).argmax() } == [1])
    #expect(try values { floats($0, [2, 3, 3, 2]).top(4).indices } == [1, 2, 0, 3])
    #expect(
      try values { scope in gradient { $0.maximum(over: nil) }(floats(scope, [3, 1, 3])) } == [0.5, 0, 0.5])
  }

  @Test func castsSaturateTruncateAndKeepLowBits() throws {
    #expect(
      try evaluate { [floats($0, [2.9, -2.9, .nan, 3e9]).cast(to: .int32)] }[0].integers
        == [2, -2, 0, Int32.max])
    #expect(try evaluate { [integers($0, [257, -1, 0]).cast(to: .uint8)] }[0].bytes == [1, 255, 0])
    #expect(try evaluate { [floats($0, [0.1, 0, .nan]).cast(to: .bool)] }[0].bytes == [1, 0, 1])
  }

  @Test func indicesOutsidePickZerosAndAreDropped() throws {
    #expect(try values { floats($0, [5, 6]).taking(integers($0, [1, 2, -1, 0]), axis: 0) } == [6, 0, 0, 5])
    let scattered = try values { scope in
      gradient { $0.taking(integers(scope, [1, 2, -1, 1]), axis: 0) }(floats(scope, [5, 6]))
    }
    #expect(scattered == [0, 2])
  }

  @Test func aConvolutionIsACrossCorrelation() throws {
    let result = try values { scope in
      let image = floats(scope, [1, 2, 3, 4]).reshaped([1, 1, 4])
      let weight = floats(scope, [10, 1]).reshaped([1, 1, 2])
      return image.convolved(weight, ConvolutionGeometry(stride: [1, 2], low: [0, 1], high: [0, 1]))
    }
    #expect(result == [1, 23, 40])
  }

  @Test func poolingLooksOnlyInside() throws {
    let window = WindowGeometry([1, 2], stride: [1, 1], low: [0, 1], high: [0, 1])
    let row: (Scope) -> Tensor = { self.floats($0, [-3, -1, -2]).reshaped([1, 3]) }
    #expect(try values { row($0).maxPooled(window) } == [-3, -1, -1, -2])
    #expect(try values { row($0).averagePooled(window) } == [-1.5, -2, -1.5, -1])
    #expect(try values { row($0).averagePooled(window, countingPadding: false) } == [-3, -2, -1.5, -2])
  }

  @Test func paddingContinuesAsNamed() throws {
    let row: (Scope) -> Tensor = { self.floats($0, [1, 2, 3]) }
    #expect(try values { row($0).padded(low: [2], high: [1], mode: .reflect) } == [3, 2, 1, 2, 3, 2])
    #expect(try values { row($0).padded(low: [2], high: [1], mode: .edge) } == [1, 1, 1, 2, 3, 3])
    #expect(
      try values { row($0).padded(low: [1], high: [0], interior: [1], value: 9) } == [9, 1, 9, 2, 9, 3])
  }

  /// The known answers that come with the authors' implementation.
  @Test func philoxGivesItsKnownAnswers() {
    let zeros = Philox.block(counter: (0, 0, 0, 0), key: (0, 0))
    #expect(zeros == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox.block(counter: (~0, ~0, ~0, ~0), key: (~0, ~0))
    #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let digits = Philox.block(
      counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: (0xa409_3822, 0x299f_31d0))
    #expect(digits == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func detachedValuesPassNoDerivative() throws {
    #expect(try values { scope in gradient { $0 * $0.detached() }(floats(scope, [3])) } == [3])
  }

  @Test func powersOfZeroHaveDerivatives() throws {
    for exponent in 0...3 {
      let square = gradient(gradient { $0.power(Double(exponent)) })
      #expect(try values { square(floats($0, [0])) } == [exponent == 2 ? 2 : 0])
    }
  }
}
