import ArrayFiles
import Compute

extension StoredArray {
  /// The same numbers as elements of another type, or nil where some could get lost.
  ///
  /// Floats of any width become floats of another, rounded; integers become integers that hold them.
  func converted(to element: ArrayElement) -> StoredArray? {
    if element == self.element { return self }
    if self.element.isFloating, element.isFloating {
      return StoredArray(shape: shape, doubles: doubles, as: element)
    }
    guard !self.element.isFloating, !element.isFloating, self.element != .bool, element != .bool else {
      return nil
    }
    let converted = StoredArray(shape: shape, integers: integers, as: element)
    return converted.integers == integers ? converted : nil
  }

  /// Stores what a device computed as elements of the type that the model declares.
  init(_ result: HostArray, as element: ArrayElement) {
    let plain = StoredArray(result)
    if plain.element == element {
      self = plain
    } else if plain.element.isFloating {
      self.init(shape: plain.shape, doubles: plain.doubles, as: element)
    } else {
      self.init(shape: plain.shape, integers: plain.integers, as: element)
    }
  }
}
