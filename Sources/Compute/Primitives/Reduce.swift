/// How elements are folded into one.
public enum Fold: String, Hashable, Sendable, Codable, CaseIterable {
  /// Added, in an order fixed by the folded extents.
  case sum
  /// The largest; NaN if any is.
  case maximum
  /// The smallest; NaN if any is.
  case minimum
}

/// The elements along some axes folded into one; those axes keep an extent of 1.
public struct Reduce: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "reduce"

  /// How.
  public let fold: Fold
  /// The axes, ascending.
  public let axes: [Int]

  /// The input's type with the folded extents 1.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    let shape = inputs[0].shape
    guard axes.allSatisfy({ $0 >= 0 && $0 < shape.rank }), Set(axes).count == axes.count else {
      throw TypeMismatch("the axes \(axes) are not distinct axes of \(shape)")
    }
    guard inputs[0].element == .float32 || inputs[0].element == .int32 else {
      throw TypeMismatch("the elements must be float32 or int32; cast first")
    }
    guard fold == .sum || axes.allSatisfy({ shape[$0] > 0 }) else {
      throw TypeMismatch("the \(fold) of no elements does not exist")
    }
    return [TensorType(shape.keeping(axes), inputs[0].element)]
  }

  /// Sums spread the cotangent; extremes share it evenly among the elements that attain them.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let spread = cotangent.broadcast(to: inputs[0].shape)
    guard fold != .sum else { return [spread] }
    let attained = (inputs[0] .== output.broadcast(to: inputs[0].shape)).cast(to: .float32)
    let share = attained / attained.sum(axes, keepingAxes: true)
    return [spread.weighed(by: share)]
  }

  /// Folds the axes after the batch axis.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    inputs[0].builder.add(Reduce(fold: fold, axes: axes.map { $0 + 1 }), inputs)
  }

  /// Folds in double precision; integers wrap.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let shape = inputs[0].shape.keeping(axes)
    let type = TensorType(shape, inputs[0].type.element)
    let start: Double = fold == .sum ? 0 : fold == .maximum ? -.infinity : .infinity
    var output = ReferenceArray(type, repeating: start)
    var index = 0
    inputs[0].shape.forEachCoordinate { place in
      var target = place
      for axis in axes { target[axis] = 0 }
      let slot = shape.offset(of: target)
      output.values[slot] = combine(output.values[slot], inputs[0].values[index])
      index += 1
    }
    return [fold == .sum ? output.wrapped : output]
  }

  private func combine(_ a: Double, _ b: Double) -> Double {
    if a.isNaN || b.isNaN { return .nan }
    return switch fold {
    case .sum: a + b
    case .maximum: Swift.max(a, b)
    case .minimum: Swift.min(a, b)
    }
  }
}
