import ArrayFiles
import Compute
import ComputeTestSupport

@testable import ONNX

/// One operator applied to tensors, without a file around it.
struct OperatorCall: Sendable {
  let name: String
  var version: Int
  var attributes: [String: NodeAttribute]
  /// Inputs that are known while tracing, by position; the tensors take the places between them.
  var known: [Int: StoredArray]
  /// Positions of inputs that are left out.
  var omitted: Set<Int>
  var outputCount: Int

  init(
    _ name: String, version: Int = 17, _ attributes: [String: NodeAttribute] = [:],
    known: [Int: StoredArray] = [:], omitted: Set<Int> = [], outputCount: Int = 1
  ) {
    self.name = name
    self.version = version
    self.attributes = attributes
    self.known = known
    self.omitted = omitted
    self.outputCount = outputCount
  }

  /// The results for `tensors`, and what went wrong in the graph as an error.
  func traced(_ scope: Scope, _ tensors: [Tensor]) throws -> [ImportedValue] {
    guard let operation = Operator.all[name] ?? Operator.fused[name] else {
      throw ImportError("there is no operator \(name)")
    }
    var rest = tensors[...]
    var inputs: [ImportedValue?] = []
    for index in 0..<(tensors.count + known.count + omitted.count) {
      if let array = known[index] {
        inputs.append(ImportedValue(array.constant(in: scope), array.element, known: array))
      } else if omitted.contains(index) {
        inputs.append(nil)
      } else if let tensor = rest.popFirst() {
        inputs.append(ImportedValue(tensor, tensor.element.stored))
      }
    }
    let call = NodeCall(
      version: version, inputs: inputs, outputCount: outputCount, attributes: attributes, scope: scope)
    let results = try operation.translate(call)
    if let failure = scope.takeFailure() { throw failure }
    return results
  }

  /// The values of the results.
  func callAsFunction(_ arguments: ReferenceArray...) throws -> [ReferenceArray] {
    let names = arguments.indices.map { "x\($0)" }
    let graph = try Graph { scope in
      let inputs = zip(names, arguments).map { scope.input($0, $1.shape, $1.type.element) }
      return try traced(scope, inputs).map(\.tensor)
    }
    return try graph.interpret(Dictionary(uniqueKeysWithValues: zip(names, arguments)))
  }

  /// The operator as a function whose laws are checked.
  func sample(_ title: String, _ inputs: [SampleInput], order: Int = 2) -> PrimitiveSample {
    PrimitiveSample(title, inputs, order: order) { scope, tensors in
      do {
        return try traced(scope, tensors).map(\.tensor)
      } catch {
        scope.fail(error)
        return tensors
      }
    }
  }
}

extension ElementType {
  /// The element type of files that is traced as this one without any change.
  fileprivate var stored: ArrayElement {
    switch self {
    case .float32: .float32
    case .int32: .int32
    case .uint8: .uint8
    case .bool: .bool
    }
  }
}

extension StoredArray {
  /// A vector of 64-bit integers.
  static func integers(_ values: Int64...) -> StoredArray {
    StoredArray(shape: [values.count], integers: values, as: .int64)
  }

  /// A scalar of 32 bits.
  static func scalar(_ value: Double) -> StoredArray {
    StoredArray(shape: [], doubles: [value], as: .float32)
  }
}

/// An array of floats.
func floats(_ shape: Shape, _ values: [Double]) -> ReferenceArray {
  ReferenceArray(TensorType(shape), values)
}

/// An array of integers.
func integers(_ shape: Shape, _ values: [Double]) -> ReferenceArray {
  ReferenceArray(TensorType(shape, .int32), values)
}
