import ArrayFiles
import Compute
import ComputeTestSupport
import FileTestSupport
import Testing

@Suite struct StoredArrayTests {
  @Test(arguments: ArrayElement.allCases)
  func whatATypeHoldsComesBack(element: ArrayElement) {
    let array = element.sample
    #expect(StoredArray(shape: [2, 3], doubles: array.doubles, as: element) == array)
    #expect(array.floats == array.doubles.map { Float($0) })
    if !element.isFloating, element != .uint64 {
      #expect(StoredArray(shape: [2, 3], integers: array.integers, as: element) == array)
      #expect(array.integers.map { Double($0) } == array.doubles)
    }
  }

  @Test(arguments: [ArrayElement.int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64])
  func integersAreTruncatedAndStayInRange(element: ArrayElement) {
    let numbers = [-.infinity, -1e30, -1.9, -0.5, 1.9, .nan, 1e30, .infinity]
    let array = StoredArray(shape: [8], doubles: numbers, as: element)
    let ends = StoredArray(shape: [2], integers: [.min, .max], as: element).integers
    let unsigned = ends[0] == 0
    #expect(array.integers[0] == ends[0] && array.integers[1] == ends[0])
    #expect(array.integers[2...5] == [unsigned ? 0 : -1, 0, 1, 0])
    #expect(array.integers[7] == (element == .uint64 ? .max : ends[1]))
    #expect(array.doubles[6] == (element == .uint64 ? 0x1p64 : array.doubles[7]))
  }

  @Test func numbersBecomeIntegersByTheSameRule() {
    let numbers = [-.infinity, -0x1p63, -1.5, 1.5, .nan, 0x1p63, .infinity]
    let expected: [Int64] = [.min, .min, -1, 1, 0, .max, .max]
    #expect(StoredArray(shape: [7], doubles: numbers, as: .float64).integers == expected)
    #expect(StoredArray(shape: [7], doubles: numbers, as: .float32).integers == expected)
  }

  @Test func bytesThatAreNoTruthValuesAreTrue() throws {
    let array = StoredArray(shape: [3], element: .bool, bytes: [0, 1, 7])
    #expect(array.integers == [0, 1, 1])
    #expect(array.doubles == [0, 1, 1])
    #expect(try array.hostArray() == HostArray([3], [false, true, true]))
  }

  @Test func unitRangeIsAPixelOver255() {
    let array = StoredArray(shape: [256], element: .uint8, bytes: Array(0...255))
    #expect(array.modelInputs() == HostArray([256], (0...255).map { Float($0) / 255 }))
    #expect(StoredArray(shape: [1], integers: [1], as: .int32).modelInputs() == nil)
  }
}

@Suite struct StoredArrayTensorTests {
  @Test(arguments: ArrayElement.allCases)
  func tensorsHoldTheSameNumbers(element: ArrayElement) throws {
    let array = StoredArray(shape: [2, 3], doubles: [0, 1, 1, 0, 1, 0], as: element)
    for tensor in [try array.hostArray(), try array.hostArray(keepingBytes: false), array.float32()] {
      #expect(tensor.shape == [2, 3])
      #expect(tensor.floats == array.floats)
    }
    #expect(try array.int32() == HostArray([2, 3], [0, 1, 1, 0, 1, 0] as [Int32]))
  }

  @Test func tensorsComeBackAsTheyWere() throws {
    let tensors = [
      HostArray([2], [1.5, -.infinity] as [Float]), HostArray([2], [.min, .max] as [Int32]),
      HostArray([2], [0, 255] as [UInt8]), HostArray([2], [false, true]), HostArray([0, 3], [] as [Float]),
    ]
    for tensor in tensors { #expect(try StoredArray(tensor).hostArray() == tensor) }
  }

  @Test func theFirstIntegerThatDoesNotFitIsNamed() {
    let large = StoredArray(shape: [3], integers: [1, -3_000_000_000, 3_000_000_000], as: .int64)
    #expect(failure { _ = try large.hostArray() } == "element 1 is -3000000000, which int32 does not hold")
    let unsigned = StoredArray(shape: [2], doubles: [0, 0x1p63], as: .uint64)
    #expect(
      failure { _ = try unsigned.hostArray() }
        == "element 1 is 9223372036854775808, which int32 does not hold")
    let fraction = StoredArray(shape: [2], doubles: [1, 0.5], as: .float64)
    #expect(failure { _ = try fraction.int32() } == "element 1 is 0.5, which int32 does not hold")
  }
}
