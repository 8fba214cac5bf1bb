public import Compute

/// Where the elements of a sample's input come from.
public enum SampleValues: Sendable {
  /// Drawn evenly from a range.
  case uniform(ClosedRange<Double>)
  /// Drawn evenly from a range, but at least 0.05 away from each of these kinks.
  case avoiding([Double], ClosedRange<Double>)
  /// Multiples of 0.5 plus an offset: tensors of different offsets never tie.
  case lattice(offset: Double, ClosedRange<Int>)
  /// All different and far from each other, in random order, none of them near 0.
  case separated
  /// Whole numbers from a range.
  case integers(ClosedRange<Int>)
  /// These, repeated as often as needed.
  case listed([Double])

  /// As many elements as asked for; listed ones start further on for each member of a batch.
  func elements(_ count: Int, member: Int, _ generator: inout SeededGenerator) -> [Double] {
    switch self {
    case .uniform(let range): return (0..<count).map { _ in generator.number(in: range) }
    case .avoiding(let kinks, let range):
      return (0..<count).map { _ in Self.number(in: range, avoiding: kinks, &generator) }
    case .lattice(let offset, let steps):
      return (0..<count).map { _ in
        Double(Float(Double(Int.random(in: steps, using: &generator)) * 0.5 + offset))
      }
    case .separated:
      let spaced = (0..<count).map { Double(Float(4 * (Double($0) + 0.3) / Double(count) - 2)) }
      return spaced.shuffled(using: &generator)
    case .integers(let range):
      return (0..<count).map { _ in Double(Int.random(in: range, using: &generator)) }
    case .listed(let values): return (0..<count).map { values[($0 + member) % values.count] }
    }
  }

  private static func number(
    in range: ClosedRange<Double>, avoiding kinks: [Double], _ generator: inout SeededGenerator
  ) -> Double {
    while true {
      let value = generator.number(in: range)
      if kinks.allSatisfy({ abs($0 - value) > 0.05 }) { return value }
    }
  }
}

/// One input of a sample: its type and where its elements come from.
public struct SampleInput: Sendable {
  /// The shape and element type.
  public let type: TensorType
  /// Where the elements come from.
  public let values: SampleValues

  /// Makes an input.
  public init(_ shape: Shape, _ element: ElementType, _ values: SampleValues) {
    type = TensorType(shape, element)
    self.values = values
  }

  /// Makes a float input.
  public init(_ shape: Shape, _ values: SampleValues) { self.init(shape, .float32, values) }

  /// A float input drawn from -1.5 to 1.5.
  public static func smooth(_ shape: Shape) -> SampleInput { SampleInput(shape, .uniform(-1.5...1.5)) }

  /// A float input without ties.
  public static func separated(_ shape: Shape) -> SampleInput { SampleInput(shape, .separated) }

  /// A float input of these elements.
  public static func floats(_ shape: Shape, _ values: [Double]) -> SampleInput {
    SampleInput(shape, .listed(values))
  }

  /// An integer input of these elements.
  public static func int32(_ shape: Shape, _ values: [Double]) -> SampleInput {
    SampleInput(shape, .int32, .listed(values))
  }

  /// A truth value input drawn evenly.
  public static func bool(_ shape: Shape) -> SampleInput { SampleInput(shape, .bool, .integers(0...1)) }

  /// The elements of one draw.
  func array(member: Int = 0, _ generator: inout SeededGenerator) -> ReferenceArray {
    ReferenceArray(type, values.elements(type.shape.count, member: member, &generator))
  }
}
