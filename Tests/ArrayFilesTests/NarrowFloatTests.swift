import ArrayFiles
import ComputeTestSupport
import Testing

@Suite struct NarrowFloatTests {
  /// Every number of 16 bits that is not a NaN, in a format.
  private static func all(_ element: ArrayElement) -> StoredArray {
    let patterns = (UInt16.min ... .max).filter { pattern in
      let exponent: UInt16 = element == .float16 ? 0x7C00 : 0x7F80
      return pattern & 0x7FFF <= exponent
    }
    return StoredArray(
      shape: [patterns.count], element: element,
      bytes: patterns.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
  }

  #if !(os(macOS) && arch(x86_64))
    @Test func decodingAgreesWithTheLanguage() {
      let array = NarrowFloatTests.all(.float16)
      let expected = stride(from: 0, to: array.bytes.count, by: 2).map { index in
        Double(Float16(bitPattern: UInt16(array.bytes[index]) | UInt16(array.bytes[index + 1]) << 8))
      }
      #expect(array.doubles == expected)
      #expect(array.floats.map { Double($0) } == expected)
    }

    @Test func encodingAgreesWithTheLanguage() {
      var generator = SeededGenerator(seed: 3)
      let numbers = (0..<20_000).map { _ in
        Double(
          bitPattern: generator.next() & ~(0x7FF << 52) | UInt64.random(in: 990...1_045, using: &generator)
            << 52)
      }
      let array = StoredArray(shape: [numbers.count], doubles: numbers, as: .float16)
      #expect(array.doubles == numbers.map { Double(Float16($0)) })
    }
  #endif

  @Test(arguments: [ArrayElement.float16, .bfloat16])
  func everyNumberComesBack(element: ArrayElement) {
    let array = NarrowFloatTests.all(element)
    #expect(StoredArray(shape: array.shape, doubles: array.doubles, as: element) == array)
  }

  @Test(arguments: [ArrayElement.float16, .bfloat16])
  func betweenTwoNumbersTheNearestIsTakenAndTheEvenOneInTheMiddle(element: ArrayElement) {
    let positive = NarrowFloatTests.all(element).doubles.filter { $0 >= 0 && $0.isFinite }
    let pairs = zip(positive, positive.dropFirst()).filter { $0 < $1 }
    for sign in [1.0, -1] {
      let lower = pairs.map { sign * $0.0 }
      let upper = pairs.map { sign * $0.1 }
      let middle = zip(lower, upper).map { ($0 + $1) / 2 }
      func rounded(_ numbers: [Double]) -> StoredArray {
        StoredArray(shape: [numbers.count], doubles: numbers, as: element)
      }
      #expect(rounded(zip(middle, lower).map { $0.nextTowards($1) }).doubles == lower)
      #expect(rounded(zip(middle, upper).map { $0.nextTowards($1) }).doubles == upper)
      let even = rounded(middle)
      #expect(stride(from: 0, to: even.bytes.count, by: 2).allSatisfy { even.bytes[$0].isMultiple(of: 2) })
    }
  }

  @Test func integersAreRoundedOnce() {
    // 257 · 2⁵⁴ lies between two numbers of bfloat16; a detour through 53 bits would lose what decides.
    let tie: Int64 = 257 << 54
    let integers = [tie, tie + 1, tie - 1, -tie - 1, 259 << 54, .max, .min]
    let array = StoredArray(shape: [7], integers: integers, as: .bfloat16)
    let unit = 0x1p54
    #expect(array.doubles == [256, 258, 256, -258, 260, 512, -512].map { $0 * unit })
    let small = StoredArray(shape: [4], integers: [2_049, 2_051, 65_504, -65_520], as: .float16)
    #expect(small.doubles == [2_048, 2_052, 65_504, -.infinity])
  }

  @Test(arguments: [ArrayElement.float16, .bfloat16])
  func whatIsTooLargeIsInfinite(element: ArrayElement) {
    let array = StoredArray(shape: [4], doubles: [1e300, -1e300, 0x1p128, .nan], as: element)
    #expect(array.doubles[..<3] == [.infinity, -.infinity, .infinity])
    #expect(array.doubles[3].isNaN && array.floats[3].isNaN)
  }
}

extension Double {
  fileprivate func nextTowards(_ target: Double) -> Double { target < self ? nextDown : nextUp }
}
