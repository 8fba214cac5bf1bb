import ArrayFiles
import Compute

/// One application of an operator: what its translation into tensors is given.
///
/// Every accessor throws an ``ImportError`` that says what the node should have had; the importer adds the file, the
/// node's name, its operator and the operator set.
struct NodeCall {
  /// The version of the operator set the model asks for, 1 to 28; where operators changed their meaning, it tells which holds.
  let version: Int
  /// The inputs in order; nil where an optional one was left out.
  let inputs: [ImportedValue?]
  /// The number of outputs that the node names; trailing ones may be missing.
  let outputCount: Int
  /// The attributes by name.
  let attributes: [String: NodeAttribute]
  /// Where constants are made.
  let scope: Scope
  /// The name of the first value that the node gives, by which its random draws are its own.
  var output = ""
  /// What random draws are for.
  var context = RandomContext()

  /// Whether input `index` was given.
  func has(_ index: Int) -> Bool { index < inputs.count && inputs[index] != nil }

  /// Input `index`, which must be there.
  func value(_ index: Int) throws -> ImportedValue {
    guard index < inputs.count, let value = inputs[index] else {
      throw ImportError("input \(index) is missing")
    }
    return value
  }

  /// The symbol of input `index`.
  func tensor(_ index: Int) throws -> Tensor { try value(index).tensor }

  /// The element type of input `index` by the rules of ONNX.
  func element(_ index: Int) throws -> ArrayElement { try value(index).element }

  /// The elements of input `index`, which must not depend on the model's inputs.
  func known(_ index: Int) throws -> StoredArray {
    guard let known = try value(index).known else {
      throw ImportError(
        "input \(index) depends on the model's inputs; only one that is fixed by shapes and constants is supported"
      )
    }
    return known
  }

  /// The known integers of input `index`.
  func knownIntegers(_ index: Int) throws -> [Int] { try known(index).integers.map(Int.init) }

  /// An integer attribute.
  func integer(_ name: String, default value: Int? = nil) throws -> Int {
    switch attributes[name] {
    case .integer(let found): return Int(found)
    case nil: if let value { return value } else { throw ImportError("attribute '\(name)' is missing") }
    default: throw ImportError("attribute '\(name)' should be an integer")
    }
  }

  /// A list of integers, or nil if it was left out.
  func integers(_ name: String) throws -> [Int]? {
    switch attributes[name] {
    case .integers(let found): return found.map(Int.init)
    case nil: return nil
    default: throw ImportError("attribute '\(name)' should be a list of integers")
    }
  }

  /// A floating-point attribute.
  func float(_ name: String, default value: Double) throws -> Double {
    switch attributes[name] {
    case .float(let found): return Double(found)
    case nil: return value
    default: throw ImportError("attribute '\(name)' should be a floating-point number")
    }
  }

  /// A list of floating-point numbers, or nil if it was left out.
  func floats(_ name: String) throws -> [Double]? {
    switch attributes[name] {
    case .floats(let found): return found.map(Double.init)
    case nil: return nil
    default: throw ImportError("attribute '\(name)' should be a list of floating-point numbers")
    }
  }

  /// A text attribute.
  func string(_ name: String, default value: String) throws -> String {
    switch attributes[name] {
    case .string(let found): return found
    case nil: return value
    default: throw ImportError("attribute '\(name)' should be a text")
    }
  }

  /// An axis attribute counted from the front, for a value of `rank` axes.
  func axis(_ axis: Int, rank: Int) throws -> Int {
    let counted = axis < 0 ? axis + rank : axis
    guard counted >= 0, counted < rank else { throw ImportError("there is no axis \(axis) of \(rank)") }
    return counted
  }
}

/// Why a node cannot be translated; the importer adds where it is.
struct ImportError: Error, Hashable, CustomStringConvertible {
  let message: String
  var description: String { message }
  init(_ message: String) { self.message = message }
}
