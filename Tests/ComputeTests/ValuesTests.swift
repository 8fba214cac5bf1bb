import Compute
import ComputeTestSupport
import Testing

/// Shapes and host arrays.
@Suite struct ValuesTests {
  @Test func broadcastingIsCommutativeAndAssociative() {
    var generator = SeededGenerator(seed: 3)
    func shape() -> Shape {
      Shape(
        (0..<Int.random(in: 0...3, using: &generator)).map { _ in Int.random(in: 0...3, using: &generator) })
    }
    for _ in 0..<500 {
      let (a, b, c) = (shape(), shape(), shape())
      #expect(Shape.broadcast(a, b) == Shape.broadcast(b, a))
      let left = Shape.broadcast(a, b).flatMap { Shape.broadcast($0, c) }
      let right = Shape.broadcast(b, c).flatMap { Shape.broadcast(a, $0) }
      if let left, let right { #expect(left == right) }
      #expect(Shape.broadcast(a, a) == a)
      #expect(Shape.broadcast(a, []) == a)
    }
  }

  @Test func broadcastingStretchesOnesAlone() {
    #expect(Shape.broadcast([2, 1, 3], [4, 1]) == [2, 4, 3])
    #expect(Shape.broadcast([1], [0]) == [0])
    #expect(Shape.broadcast([2], [3]) == nil)
    #expect(Shape.broadcast([2], [0]) == nil)
  }

  @Test func stridesCountElementsBetweenNeighbours() {
    #expect(Shape([2, 3, 4]).strides == [12, 4, 1])
    #expect(Shape.scalar.count == 1)
    #expect(Shape([3, 0]).count == 0)
    #expect(Shape([8, 3]).description == "[8, 3]")
    #expect(TensorType([8, 3], .uint8).description == "uint8[8, 3]")
    #expect(TensorType([8, 3]).byteCount == 96)
  }

  @Test func hostArraysKeepTheirElements() {
    let floats: [Float] = [1.5, -0.0, .infinity, .leastNonzeroMagnitude, 3e38]
    #expect(HostArray([5], floats).floats.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(HostArray([2], [Int32.min, .max]).integers == [Int32.min, .max])
    #expect(HostArray([2], [UInt8(0), 255]).integers == [0, 255])
    #expect(HostArray([2], [true, false]).bytes == [1, 0])
    #expect(HostArray([2], [true, false]).floats == [1, 0])
    #expect(HostArray([2], [Float(2.9), -2.9]).integers == [2, -2])
    #expect(HostArray([0, 3], [Float]()).floats.isEmpty)
  }

  @Test func referenceArraysReturnWhatTheyWereMadeFrom() {
    let arrays = [
      HostArray([2, 2], [Float(1.5), -2, 0, .infinity]), HostArray([2], [Int32.min, .max]),
      HostArray([2], [UInt8(0), 255]), HostArray([2], [true, false]),
    ]
    for array in arrays { #expect(ReferenceArray(array).hostArray == array) }
  }

  @Test func elementTypesHoldTheirValues() {
    #expect(ElementType.int32.holds(-2_147_483_648) && !ElementType.int32.holds(2_147_483_648))
    #expect(!ElementType.int32.holds(0.5) && !ElementType.int32.holds(.nan))
    #expect(ElementType.uint8.holds(255) && !ElementType.uint8.holds(-1))
    #expect(ElementType.bool.holds(1) && !ElementType.bool.holds(2))
    #expect(ElementType.float32.holds(.nan) && ElementType.float32.holds(0.1))
  }
}
