/// The input with elements of one value before, after and between its own.
///
/// Reflecting and repeating the edge are compositions with ``Gather``; see
/// ``Tensor/padded(low:high:mode:fileID:line:)``.
public struct Pad: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "pad"

  /// Elements put in front, by axis.
  public let low: [Int]
  /// Elements put behind, by axis.
  public let high: [Int]
  /// Elements put between neighbours, by axis.
  public let interior: [Int]
  /// What they are.
  public var value: Double { saved.value }
  private let saved: SavedNumber

  /// Makes a padding.
  init(low: [Int], high: [Int], interior: [Int], value: Double) {
    self.low = low
    self.high = high
    self.interior = interior
    saved = SavedNumber(value)
  }

  private enum CodingKeys: String, CodingKey {
    case low, high, interior
    case saved = "value"
  }

  /// The parameters by name.
  public var attributes: String { "low: \(low), high: \(high), interior: \(interior), value: \(value)" }

  /// The widened shape.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let input = inputs[0].shape
    guard low.count == input.rank, high.count == input.rank, interior.count == input.rank else {
      throw TypeMismatch("padding of \(low.count) axes for \(input)")
    }
    guard (low + high + interior).allSatisfy({ $0 >= 0 }) else {
      throw TypeMismatch("padding must not be negative; slice instead")
    }
    guard inputs[0].element.holds(value) else {
      throw TypeMismatch("\(inputs[0].element) has no value \(value)")
    }
    return [TensorType(result(input), inputs[0].element)]
  }

  private func result(_ input: Shape) -> Shape {
    Shape(
      (0..<input.rank).map { low[$0] + high[$0] + input[$0] + Swift.max(0, input[$0] - 1) * interior[$0] })
  }

  /// Takes back the part that came from the input.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    [
      cotangent.builder.add(
        Slice(starts: low, shape: inputs[0].shape, steps: interior.map { $0 + 1 }), [cotangent])
    ]
  }

  /// Pads the axes after the batch axis.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].padded(low: [0] + low, high: [0] + high, interior: [0] + interior, value: value)
  }

  /// Pads.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let shape = result(inputs[0].shape)
    var output = ReferenceArray(TensorType(shape, inputs[0].type.element), repeating: value)
    var index = 0
    inputs[0].shape.forEachCoordinate { place in
      let target = place.indices.map { low[$0] + place[$0] * (interior[$0] + 1) }
      output.values[shape.offset(of: target)] = inputs[0].values[index]
      index += 1
    }
    return [output]
  }
}
