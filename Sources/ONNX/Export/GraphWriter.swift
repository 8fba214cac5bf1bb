import Compute
import SwiftProtobuf

/// The value of an attribute.
enum AttributeValue {
  case integer(Int)
  case integers([Int])
  case float(Double)
  case text(String)
}

/// Collects the nodes and initializers of a file, and finds a name for each.
struct GraphWriter {
  private(set) var nodes: [NodeProto] = []
  private(set) var initializers: [TensorProto] = []
  private var names: Set<String> = []
  private var counts: [String: Int] = [:]
  private var constants: [HostArray: String] = [:]
  private var integerLists: [String: [[Int]: String]] = [:]
  private var scalarIntegers: [Int: String] = [:]
  private let sampleAxis: (input: String, axis: Int)?
  private var samples: String?

  /// Makes an empty file.
  ///
  /// - Parameters:
  ///   - reserved: Names of inputs, outputs and parameters, which nothing else may have.
  ///   - sampleAxis: An input and its axis that counts samples.
  init(reserved: Set<String>, sampleAxis: (input: String, axis: Int)?) {
    names = reserved
    self.sampleAxis = sampleAxis
  }

  /// Adds a node and returns the name of its first output.
  ///
  /// A node that reads the parameter "block.first.weight" is called "block.first", any other by its operator.
  @discardableResult
  mutating func add(
    _ type: String, _ inputs: [String], _ attributes: KeyValuePairs<String, AttributeValue> = [:],
    outputs: Int = 1
  ) -> String {
    var node = NodeProto()
    node.opType = type
    node.name = unique(owner(of: inputs) ?? type.lowercased())
    node.input = inputs
    node.output = [node.name]
    for index in 1..<max(1, outputs) { node.output.append(unique("\(node.name).\(index)")) }
    node.attribute = attributes.map { AttributeProto($0.key, $0.value) }
    nodes.append(node)
    return node.name
  }

  /// The other outputs of the node added last.
  func output(_ index: Int) -> String { nodes.last?.output[index] ?? "" }

  /// Gives a value that is an output of the model its name there.
  mutating func publish(_ value: String, as name: String, isFresh: Bool) {
    if isFresh, let last = nodes.last, last.output == [value] {
      nodes[nodes.count - 1].output = [name]
    } else {
      add("Identity", [value])
      nodes[nodes.count - 1].output = [name]
    }
  }

  /// Adds a value that is kept in the file under its own name.
  mutating func keep(_ array: HostArray, as name: String) {
    initializers.append(TensorProto(array, named: name))
  }

  /// A constant.
  mutating func constant(_ array: HostArray) -> String {
    if let known = constants[array] { return known }
    let name = unique("constant")
    keep(array, as: name)
    constants[array] = name
    return name
  }

  /// A scalar constant.
  mutating func number(_ value: Double, _ element: ElementType) -> String {
    constant(ReferenceArray(TensorType(.scalar, element), [value]).hostArray)
  }

  /// A constant vector of `int64`.
  mutating func integers(_ values: [Int], _ purpose: String = "shape") -> String {
    if let known = integerLists[purpose]?[values] { return known }
    let name = unique(purpose)
    initializers.append(TensorProto(integers: values, shape: [values.count], named: name))
    integerLists[purpose, default: [:]][values] = name
    return name
  }

  /// A scalar constant of `int64`.
  mutating func integer(_ value: Int) -> String {
    if let known = scalarIntegers[value] { return known }
    let name = unique("index")
    initializers.append(TensorProto(integers: [value], shape: [], named: name))
    scalarIntegers[value] = name
    return name
  }

  private func owner(of inputs: [String]) -> String? {
    guard let parameter = inputs.first(where: { parameters.contains($0) }),
      let dot = parameter.lastIndex(of: ".")
    else { return nil }
    return String(parameter[..<dot])
  }

  /// The parameters' names, after which nodes are called.
  var parameters: Set<String> = []

  private mutating func unique(_ base: String) -> String {
    while true {
      let count = (counts[base] ?? 0) + 1
      counts[base] = count
      let name = count == 1 ? base : "\(base)_\(count)"
      if names.insert(name).inserted { return name }
    }
  }

  /// The extents as a vector of `int64`, computed where they depend on the number of samples.
  mutating func vector(_ extents: [Extent], _ purpose: String = "shape") -> String {
    let known = extents.compactMap(\.known)
    guard known.count < extents.count else { return integers(known, purpose) }
    var parts: [String] = []
    var run: [Int] = []
    for extent in extents {
      if let known = extent.known {
        run.append(known)
        continue
      }
      if !run.isEmpty { parts.append(integers(run, purpose)) }
      run = []
      parts.append(computed(extent))
    }
    if !run.isEmpty { parts.append(integers(run, purpose)) }
    return parts.count == 1 ? parts[0] : add("Concat", parts, ["axis": .integer(0)])
  }

  /// An extent that depends on the number of samples, as a vector of one.
  private mutating func computed(_ extent: Extent) -> String {
    var value = sampleCount()
    if extent.perSample != 1 { value = add("Mul", [value, integers([extent.perSample])]) }
    if extent.fixed != 0 { value = add("Add", [value, integers([extent.fixed])]) }
    return value
  }

  private mutating func sampleCount() -> String {
    if let samples { return samples }
    guard let sampleAxis else { preconditionFailure("no input leaves the number of samples open") }
    let name = add(
      "Shape", [sampleAxis.input], ["start": .integer(sampleAxis.axis), "end": .integer(sampleAxis.axis + 1)])
    samples = name
    return name
  }
}
