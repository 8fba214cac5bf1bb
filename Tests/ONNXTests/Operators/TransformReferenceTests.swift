import ArrayFiles
import Compute
import ComputeTestSupport
import Foundation
import Testing

@testable import ONNX

/// Operators against the plainest computation of what they mean, for random shapes.
@Suite struct TransformReferenceTests {
  @Test(arguments: 0..<20) func samplesGridsAsPixelsAndShares(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let (rows, columns, points) = (
      Int.random(in: 1...5, using: &random), Int.random(in: 1...5, using: &random), 7
    )
    let image = (0..<(rows * columns)).map { _ in Double.random(in: -1...1, using: &random) }
    let grid = (0..<(2 * points)).map { _ in Double.random(in: -1.6...1.6, using: &random) }
    let aligned = seed % 2 == 1
    let padding = ["zeros", "border", "reflection"][seed % 3]
    let attributes: [String: NodeAttribute] = [
      "align_corners": .integer(aligned ? 1 : 0), "padding_mode": .string(padding),
    ]
    let found = try OperatorCall("GridSample", version: 20, attributes)(
      floats([1, 1, rows, columns], image), floats([1, 1, points, 2], grid))[0].values
    for point in 0..<points {
      let x = Self.coordinate(grid[2 * point], columns, aligned, padding)
      let y = Self.coordinate(grid[2 * point + 1], rows, aligned, padding)
      var expected = 0.0
      for row in 0..<rows {
        for column in 0..<columns {
          let shares: [Double] = [x - Double(column), y - Double(row)].map { max(0, 1 - abs($0)) }
          expected += image[row * columns + column] * shares[0] * shares[1]
        }
      }
      #expect(abs(found[point] - expected) < 1e-9, "point \(point) of \(rows) x \(columns), \(padding)")
    }
  }

  /// The coordinate in pixels of a point of a grid, moved into the image where padding says so.
  private static func coordinate(_ x: Double, _ extent: Int, _ aligned: Bool, _ padding: String) -> Double {
    let last = Double(extent - 1)
    var place = aligned ? (x + 1) / 2 * last : ((x + 1) * Double(extent) - 1) / 2
    let (low, high) = aligned ? (0, last) : (-0.5, last + 0.5)
    if padding == "reflection" {
      guard high > low else { return 0 }
      while place < low || place > high { place = place < low ? 2 * low - place : 2 * high - place }
    }
    return padding == "zeros" ? place : min(max(place, 0), last)
  }

  @Test(arguments: 1...9) func transformsAreSumsOfWaves(_ length: Int) throws {
    var random = SeededGenerator(seed: UInt64(length))
    let signal = (0..<(2 * length)).map { _ in Double.random(in: -1...1, using: &random) }
    let forward = OperatorCall("DFT", version: 20, known: [2: .number(0)], omitted: [1])
    let found = try forward(floats([length, 2], signal))[0]
    for frequency in 0..<length {
      var (real, imaginary) = (0.0, 0.0)
      for place in 0..<length {
        let angle = -2 * Double.pi * Double(frequency * place) / Double(length)
        real += signal[2 * place] * cos(angle) - signal[2 * place + 1] * sin(angle)
        imaginary += signal[2 * place] * sin(angle) + signal[2 * place + 1] * cos(angle)
      }
      #expect(abs(found.values[2 * frequency] - real) < 1e-6)
      #expect(abs(found.values[2 * frequency + 1] - imaginary) < 1e-6)
    }
    let backward = OperatorCall(
      "DFT", version: 20, ["inverse": .integer(1)], known: [2: .number(0)], omitted: [1])
    for (value, expected) in zip(try backward(found)[0].values, signal) {
      #expect(abs(value - expected) < 1e-6)
    }
  }

  @Test(arguments: 0..<12) func blocksAddUpWhereTheyLie(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let draw = { (range: ClosedRange<Int>) in Int.random(in: range, using: &random) }
    let image: [Int] = [draw(4...6), draw(4...6)]
    let block: [Int] = [draw(1...3), draw(1...3)]
    let stride: [Int] = [draw(1...2), draw(1...2)]
    let dilation: [Int] = [1, draw(1...2)]
    let pads: [Int] = (0..<4).map { _ in draw(0...1) }
    let counts: [Int] = (0..<2).map { (axis: Int) -> Int in
      let reach: Int = (block[axis] - 1) * dilation[axis] + 1
      let padded: Int = image[axis] + pads[axis] + pads[axis + 2]
      return (padded - reach) / stride[axis] + 1
    }
    let channels = 2 * block[0] * block[1]
    let places = counts[0] * counts[1]
    let taps = block[0] * block[1]
    let columns: [Double] = (0..<(channels * places)).map { _ in Double(draw(-9...9)) }
    var expected = [Double](repeating: 0, count: 2 * image[0] * image[1])
    for (index, value) in columns.enumerated() {
      let (place, channel): (Int, Int) = (index % places, index / places)
      let tap: Int = channel % taps
      let row: Int = place / counts[1] * stride[0] + tap / block[1] * dilation[0] - pads[0]
      let column: Int = place % counts[1] * stride[1] + tap % block[1] * dilation[1] - pads[1]
      guard row >= 0, row < image[0], column >= 0, column < image[1] else { continue }
      let target: Int = (channel / taps * image[0] + row) * image[1] + column
      expected[target] += value
    }
    let call = OperatorCall(
      "Col2Im", version: 18,
      [
        "strides": .integers(stride.map(Int64.init)), "dilations": .integers(dilation.map(Int64.init)),
        "pads": .integers(pads.map(Int64.init)),
      ],
      known: [
        1: .integers(Int64(image[0]), Int64(image[1])), 2: .integers(Int64(block[0]), Int64(block[1])),
      ])
    let found = try call(floats([1, channels, counts[0] * counts[1]], columns))[0]
    #expect(found == floats([1, 2, image[0], image[1]], expected))
  }

  @Test func attentionIsAWeightedMeanOfValues() throws {
    var random = SeededGenerator(seed: 5)
    let numbers = { (count: Int) in (0..<count).map { _ in Double.random(in: -1...1, using: &random) } }
    let (query, key, value) = (numbers(4 * 3), numbers(5 * 3), numbers(5 * 2))
    let found = try OperatorCall(
      "Attention", version: 25, ["left_window_size": .integer(1), "is_causal": .integer(1)])(
        floats([1, 1, 4, 3], query), floats([1, 1, 5, 3], key), floats([1, 1, 5, 2], value))[0].values
    for row in 0..<4 {
      var (sum, mean) = (0.0, [0.0, 0.0])
      for place in max(0, row - 1)...row {
        let products: [Double] = (0..<3).map { query[row * 3 + $0] * key[place * 3 + $0] }
        let score: Double = products.reduce(0, +) / 3.0.squareRoot()
        sum += exp(score)
        for column in 0..<2 { mean[column] += exp(score) * value[place * 2 + column] }
      }
      for column in 0..<2 { #expect(abs(found[row * 2 + column] - mean[column] / sum) < 1e-6) }
    }
  }

  /// A query that sees nothing gives zeros, and no derivative that is not a number.
  @Test func whoSeesNothingGetsNothing() throws {
    let names = ["q", "k", "v"]
    let graph = try Graph { scope in
      let inputs = names.map { scope.input($0, [1, 1, 2, 2]) }
      let mask = StoredArray(shape: [2, 2], integers: [0, 0, 1, 0], as: .bool)
      let result = try OperatorCall("Attention", version: 23, known: [3: mask]).traced(scope, inputs)[0]
        .tensor
      return [result] + result.sum().gradients(withRespectTo: inputs)
    }
    let values = try graph.interpret(
      Dictionary(uniqueKeysWithValues: names.map { ($0, floats([1, 1, 2, 2], [0.5, -1, 2, 0.25])) }))
    #expect(values[0].values == [0, 0, 0.5, -1])
    #expect(values.allSatisfy { $0.values.allSatisfy(\.isFinite) })
  }
}
