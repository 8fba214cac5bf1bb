import ArrayFiles
import Compute

/// A difference between what a model gives and what it should give.
struct Disagreement: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Compares arrays as the ONNX project's own tests do: floating-point numbers up to a tolerance, all else exactly.
struct Agreement {
  var relative = 1e-3
  var absolute = 1e-7

  /// - Throws: ``Disagreement`` at the first element that differs too much, or when shapes differ.
  func check(_ found: ReferenceArray, _ element: ArrayElement, against expected: StoredArray) throws {
    guard element == expected.element else {
      throw Disagreement("\(element.rawValue) instead of \(expected.element.rawValue)")
    }
    guard found.shape.extents == expected.shape else {
      throw Disagreement("\(found.shape) instead of \(expected.shape)")
    }
    for (index, (value, wanted)) in zip(found.values, expected.doubles).enumerated() {
      if value == wanted || (value.isNaN && wanted.isNaN) { continue }
      let bound = element.isFloating ? absolute + relative * abs(wanted) : 0
      // Written so that not-a-number and infinity never pass.
      guard abs(value - wanted) <= bound, wanted.isFinite else {
        throw Disagreement("element \(index) is \(value) instead of \(wanted)")
      }
    }
  }
}
