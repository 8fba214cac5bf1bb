import Compute

/// How one step, perhaps with some before it, is written.
struct Match {
  /// The steps whose values are needed.
  let operands: [StepID]
  /// Adds the nodes for operands of these names and returns the name of the result.
  let write: (inout GraphWriter, [String]) -> String

  init(_ operands: [StepID], _ write: @escaping (inout GraphWriter, [String]) -> String) {
    self.operands = operands
    self.write = write
  }

  /// One node.
  init(
    _ operands: [StepID], _ type: String, _ attributes: KeyValuePairs<String, AttributeValue> = [:]
  ) {
    self.init(operands) { writer, inputs in writer.add(type, inputs, attributes) }
  }

  /// This, followed by one node that takes the result.
  func followed(by type: String, _ attributes: KeyValuePairs<String, AttributeValue> = [:]) -> Match {
    Match(operands) { writer, inputs in writer.add(type, [write(&writer, inputs)], attributes) }
  }

  /// This, under other extents.
  func reshaped(from source: [Extent], to target: [Extent]) -> Match {
    Match(operands) { writer, inputs in
      writer.reshape(write(&writer, inputs), from: source, to: target)
    }
  }
}

extension GraphWriter {
  /// The value `input`, which has the extents `source`, under other extents.
  mutating func reshape(_ input: String, from source: [Extent], to target: [Extent]) -> String {
    if source == target { return input }
    if target.count == 2, source.count > 2, source[0] == target[0] {
      return add("Flatten", [input], ["axis": .integer(1)])
    }
    if target.contains(Extent(0)) {
      return add("Reshape", [input, vector(target)], ["allowzero": .integer(1)])
    }
    // One extent that depends on the samples can be left to the runtime; others are those of the input, or
    // computed.
    var numbers: [Int?] = target.map(\.known)
    if let open = numbers.firstIndex(of: nil) { numbers[open] = -1 }
    for axis in numbers.indices
    where numbers[axis] == nil && axis < source.count && source[axis] == target[axis] {
      numbers[axis] = 0
    }
    let known = numbers.compactMap { $0 }
    return add("Reshape", [input, known.count == target.count ? integers(known) : vector(target)])
  }

  /// The value `input`, which has the extents `source`, repeated to other extents.
  mutating func expand(_ input: String, from source: [Extent], to target: [Extent]) -> String {
    if source == target { return input }
    let offset = target.count - source.count
    let needed = target.indices.map { axis in
      axis >= offset && source[axis - offset] == target[axis] ? Extent.one : target[axis]
    }
    return add("Expand", [input, vector(needed)])
  }

  /// The value with its elements converted.
  mutating func cast(_ input: String, to type: TensorProto.DataType) -> String {
    add("Cast", [input], ["to": .integer(Int(type.rawValue))])
  }
}
