/// What the first axes of a model's inputs say about batches.
enum BatchRule: Sendable, Hashable {
  /// They take any number of samples.
  case any
  /// They are declared as one sample, which the outputs have as well: any number is mapped over.
  case one
  /// They are declared as this many samples of a classifier: any number is mapped over in groups.
  case several(Int)
  /// They are something else, and hold as declared.
  case none

  init(inputs: [ONNXModel.Port], outputs: [ONNXModel.Port]) {
    let counts = inputs.map(\.firstExtent)
    if counts.isEmpty || counts.contains(nil) {
      self = .none
    } else if counts.allSatisfy({ $0?.count == nil }) {
      self = .any
    } else {
      let hasOne = counts.allSatisfy { $0?.count == 1 }
      let givesOne = outputs.allSatisfy { $0.extents == nil || $0.firstExtent?.count == 1 }
      self = hasOne && givesOne ? .one : .none
    }
  }

  /// What it says of a model whose only input holds samples, whatever the outputs are declared as.
  init(classifying input: ONNXModel.Port) {
    switch input.firstExtent {
    case nil: self = .none
    case let extent?:
      switch extent.count {
      case nil: self = .any
      case 1?: self = .one
      case let count?: self = .several(count)
      }
    }
  }

  /// The extents that are checked: nil where any is taken.
  func open(_ extents: [ONNXModel.Extent]) -> [Int?] {
    let isOpen = self != .none
    return extents.enumerated().map { $0.offset == 0 && isOpen ? nil : $0.element.count }
  }
}

extension ONNXModel.Port {
  /// The first extent; nil for scalars and where the file does not say how many axes there are.
  fileprivate var firstExtent: ONNXModel.Extent? { extents?.first }
}
