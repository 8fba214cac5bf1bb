import ArrayFiles
import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// Convolutions of whole numbers on a device are those of integers, to the last one.
@Suite struct IntegerConvolutionTests {
  private static let channels = 64
  private static let side = 16

  /// The numbers of a convolution with a 3x3 kernel, whose sums stay below 2^24 with all terms taken without signs.
  private struct Numbers {
    let image: [Int]
    let weight: [Int]
    let bias: [Int]
    let zero = 3

    init(seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      image = (0..<(channels * side * side)).map { _ in Int.random(in: 0...255, using: &random) }
      // Of one sign for the most part, so that sums are large.
      weight = (0..<(channels * channels * 9)).map { _ in Int.random(in: -20...127, using: &random) }
      bias = (0..<channels).map { _ in Int.random(in: -5000...5000, using: &random) }
    }

    /// The sums without bias, in integer arithmetic, and the largest sum of sizes.
    func sums(stride step: Int) -> (values: [Int], size: Int) {
      let extent = (side - 1) / step + 1
      var (values, size) = ([Int](), 0)
      for output in 0..<channels {
        for place in 0..<(extent * extent) {
          let (top, left) = (place / extent * step - 1, place % extent * step - 1)
          let terms = terms(output, top, left)
          values.append(terms.reduce(0, +))
          size = max(size, terms.reduce(0) { $0 + abs($1) })
        }
      }
      return (values, size)
    }

    private func terms(_ output: Int, _ top: Int, _ left: Int) -> [Int] {
      (0..<(channels * 9)).compactMap { index in
        let (channel, tap) = (index / 9, index % 9)
        let (y, x) = (top + tap / 3, left + tap % 3)
        guard 0..<side ~= y, 0..<side ~= x else { return nil }
        return (image[(channel * side + y) * side + x] - zero) * weight[output * channels * 9 + index]
      }
    }
  }

  private static func whole(_ values: [Int], _ shape: Shape) -> HostArray {
    HostArray(shape, values.map { Int32($0) })
  }

  private func run(
    _ call: OperatorCall, _ arguments: [(String, HostArray)]
  ) async throws -> [Int] {
    let graph = try Graph { scope in
      let inputs = arguments.map { scope.input($0.0, $0.1.shape, $0.1.type.element) }
      return try call.traced(scope, inputs).map(\.tensor)
    }
    let results = try await outputs(
      of: graph, Dictionary(uniqueKeysWithValues: arguments), on: TestDevices.processor())
    return ReferenceArray(results[0]).values.map { Int($0) }
  }

  private static func attributes(_ step: Int) -> [String: NodeAttribute] {
    ["pads": .integers([1, 1, 1, 1]), "strides": .integers([Int64(step), Int64(step)])]
  }

  private static let imageShape: Shape = [1, channels, side, side]
  private static let weightShape: Shape = [channels, channels, 3, 3]

  @Test(arguments: [1, 2]) func sumsAreThoseOfIntegers(_ step: Int) async throws {
    let numbers = Numbers(seed: 7)
    let expected = numbers.sums(stride: step)
    try #require(expected.size < 1 << 24)
    let zero = StoredArray(shape: [], integers: [Int64(numbers.zero)], as: .uint8)
    let found = try await run(
      OperatorCall("ConvInteger", Self.attributes(step), known: [2: zero]),
      [
        ("image", Self.whole(numbers.image, Self.imageShape)),
        ("weight", Self.whole(numbers.weight, Self.weightShape)),
      ])
    #expect(zip(found, expected.values).count { $0 != $1 } == 0)
  }

  /// Scales are powers of 2, so that all but the sums is exact.
  @Test(arguments: [1, 2]) func quantisedSumsAreThoseOfIntegers(_ step: Int) async throws {
    let numbers = Numbers(seed: 8)
    let expected = numbers.sums(stride: step)
    try #require(expected.size + 5000 < 1 << 24)
    let extent = (Self.side - 1) / step + 1
    let quantised = expected.values.enumerated().map { index, sum in
      let real = Double(sum + numbers.bias[index / (extent * extent)]) / 64
      return Int(min(max(real.rounded(.toNearestOrEven), -32768), 32767))
    }
    let found = try await run(
      OperatorCall(
        "QLinearConv", Self.attributes(step),
        known: [
          1: .scalar(0.25), 2: StoredArray(shape: [], integers: [Int64(numbers.zero)], as: .uint8),
          4: .scalar(0.5), 5: StoredArray(shape: [], integers: [0], as: .int8), 6: .scalar(8),
          7: StoredArray(shape: [], integers: [0], as: .int16),
        ]),
      [
        ("image", Self.whole(numbers.image, Self.imageShape)),
        ("weight", Self.whole(numbers.weight, Self.weightShape)),
        ("bias", Self.whole(numbers.bias, [Self.channels])),
      ])
    #expect(zip(found, quantised).count { $0 != $1 } == 0)
  }

  /// Minimal filtering, which a convolution that is not rounded may get, is not exact.
  @Test func otherConvolutionsAreNot() async throws {
    let numbers = Numbers(seed: 7)
    let graph = try Graph { scope in
      let image = scope.input("image", Self.imageShape), weight = scope.input("weight", Self.weightShape)
      return [(image - Double(numbers.zero)).convolved(weight, padding: 1)]
    }
    let arguments = [
      "image": HostArray(Self.imageShape, numbers.image.map { Float($0) }),
      "weight": HostArray(Self.weightShape, numbers.weight.map { Float($0) }),
    ]
    let found = try await outputs(of: graph, arguments, on: TestDevices.processor())[0].floats
    let wrong = zip(found, numbers.sums(stride: 1).values).count { Int($0.rounded()) != $1 }
    #expect(wrong > 0, "the kernel that is taken is exact, so these tests show nothing")
  }
}
