import ArrayFiles
import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// Quantised numbers: exact where they are whole, and derivatives that pass straight through.
@Suite struct QuantizationTests {
  private static let scale: Float = 0.25

  private static func byte(_ values: Int64..., element: ArrayElement = .uint8) -> StoredArray {
    StoredArray(shape: values.count == 1 ? [] : [values.count], integers: values, as: element)
  }

  private static let zeros: [(ArrayElement, Int64)] = [
    (.uint8, 3), (.int8, -5), (.uint16, 300), (.int16, -300),
  ]

  @Test(arguments: zeros)
  func roundsToTheNearestInRange(_ element: ArrayElement, _ zero: Int64) throws {
    let range = try #require(element.quantizedRange)
    let values = [-1e6, -3.3, -0.375, -0.125, 0, 0.125, 0.375, 0.7, 12.2, 1e6]
    let call = OperatorCall(
      "QuantizeLinear", known: [1: .scalar(0.25), 2: Self.byte(zero, element: element)])
    let expected = values.map {
      min(max(($0 / 0.25).rounded(.toNearestOrEven) + Double(zero), range.lowerBound), range.upperBound)
    }
    #expect(try call(floats([10], values))[0].values == expected)
    let back = OperatorCall(
      "DequantizeLinear", known: [1: .scalar(0.25), 2: Self.byte(zero, element: element)])
    #expect(
      try back(integers([10], expected))[0].values == expected.map { ($0 - Double(zero)) * 0.25 })
  }

  /// Inside the range the derivative is that of the identity, and zero where numbers are cut off.
  @Test func derivativesPassStraightThrough() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [1, 1, 4])
      let gradients = try Self.throughBytes(scope, x).sum().gradients(withRespectTo: [x])
      return gradients
    }
    // 100 is beyond the range of 255 quarters.
    let found = try graph.interpret(["x": floats([1, 1, 4], [1.1, 3.2, 100, -0.4])])[0].values
    #expect(found == [0, 1, 0, 0])
  }

  /// Quantised, pooled and moved as bytes, and read as numbers again.
  private static func throughBytes(_ scope: Scope, _ x: Tensor) throws -> Tensor {
    var value = ImportedValue(x, .float32)
    let constants = [StoredArray.scalar(0.25), byte(2)]
    for (name, attributes) in [
      ("QuantizeLinear", [:]),
      ("MaxPool", ["kernel_shape": NodeAttribute.integers([2]), "strides": .integers([2])]),
      ("Flatten", [:]), ("DequantizeLinear", [:]),
    ] as [(String, [String: NodeAttribute])] {
      let rest = name.hasSuffix("Linear") ? constants : []
      value = try result(scope, name, attributes, [value], rest)
    }
    return value.tensor
  }

  private static func result(
    _ scope: Scope, _ name: String, _ attributes: [String: NodeAttribute], _ inputs: [ImportedValue],
    _ constants: [StoredArray]
  ) throws -> ImportedValue {
    var proto = NodeProto()
    (proto.opType, proto.input, proto.output) = (name, ["x"], ["y"])
    var node = try ImportedNode(proto, versions: ["": 17], folder: nil)
    node.attributes = attributes
    let operation = try #require(Operator.all[name])
    let all = inputs + constants.map { ImportedValue(constant: $0, in: scope) }
    return try QuantizedPassage.translated(operation, node, all, scope, RandomContext())[0]
  }

  @Test func refusesArithmeticWithoutDerivative() throws {
    #expect(throws: ImportError.self) {
      _ = try Graph { scope in
        let x = ImportedValue(scope.input("x", [4]), .float32)
        let byte = try Self.result(scope, "QuantizeLinear", [:], [x], [.scalar(0.25), Self.byte(2)])
        return [try Self.result(scope, "Mul", [:], [byte, byte], []).tensor]
      }
    }
  }

  @Test(arguments: 0..<10) func productsAreThoseOfIntegers(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let draw = { (range: ClosedRange<Int>) in Int.random(in: range, using: &random) }
    let (rows, depth, columns) = (draw(1...4), draw(1...70), draw(1...4))
    let a = (0..<(rows * depth)).map { _ in Double(draw(0...255)) }
    let b = (0..<(depth * columns)).map { _ in Double(draw(-128...127)) }
    let (zeroA, zeroB) = (draw(0...255), draw(-128...127))
    let call = OperatorCall(
      "MatMulInteger",
      known: [2: Self.byte(Int64(zeroA)), 3: Self.byte(Int64(zeroB), element: .int8)])
    let found = try call(integers([rows, depth], a), integers([depth, columns], b))[0].values
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for place in 0..<depth {
          let left: Double = a[row * depth + place] - Double(zeroA)
          sum += left * (b[place * columns + column] - Double(zeroB))
        }
        #expect(found[row * columns + column] == sum)
      }
    }
  }

  /// What passes straight through is said.
  @Test func saysWhatPassesStraightThrough() throws {
    #expect(try ModelBuilder.small().model().remarks.isEmpty)
    var builder = ModelBuilder()
    builder.input("x", ["N", 2])
    builder.output("y", ["N", 2])
    builder.weight("scale", [], [0.5])
    builder.node("QuantizeLinear", ["x", "scale"], ["q"])
    builder.node("DequantizeLinear", ["q", "scale"], ["d"])
    builder.node("RandomNormalLike", ["d"], ["noise"])
    builder.node("Add", ["d", "noise"], ["y"])
    let remarks = try builder.model().remarks
    #expect(remarks.map(\.kind) == [.quantised, .random] && remarks[0].message.contains("straight through"))
  }

  @Test func blocksHaveScalesOfTheirOwn() throws {
    let scales = StoredArray(shape: [1, 2], doubles: [0.5, 2], as: .float32)
    let call = OperatorCall(
      "DequantizeLinear", version: 21, ["axis": .integer(1), "block_size": .integer(2)], known: [1: scales])
    #expect(try call(integers([1, 3], [4, 5, 6]))[0].values == [2, 2.5, 12])
  }
}
