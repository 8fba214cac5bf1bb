import ArrayFiles
import Compute

extension Operator {
  /// Values made from nothing but parameters.
  static let generation: [String: Operator] = [
    "Constant": Operator { call in [ImportedValue(constant: try constant(call), in: call.scope)] },
    "ConstantOfShape": Operator { call in
      let shape = try call.shape(try call.knownIntegers(0))
      let value = try call.storedTensor("value") ?? StoredArray(shape: [1], floats: [0])
      guard value.count == 1, let number = value.doubles.first else {
        throw ImportError("attribute 'value' should be one number, not \(Shape(value.shape))")
      }
      let traced = value.element.traced
      let held = traced == .int32 ? Double(Int32(clamping: value.integers[0])) : number
      return [ImportedValue(call.scope.full(shape, held, traced), value.element)]
    },
    "Range": Operator(range),
  ]

  private static func constant(_ call: NodeCall) throws -> StoredArray {
    if let tensor = try call.storedTensor("value") { return tensor }
    if let values = try call.integers("value_ints") {
      return StoredArray(shape: [values.count], integers: values.map(Int64.init), as: .int64)
    }
    if let values = try call.floats("value_floats") {
      return StoredArray(shape: [values.count], doubles: values, as: .float32)
    }
    if call.attributes["value_int"] != nil {
      return StoredArray(shape: [], integers: [Int64(try call.integer("value_int"))], as: .int64)
    }
    if call.attributes["value_float"] != nil {
      return StoredArray(shape: [], doubles: [try call.float("value_float", default: 0)], as: .float32)
    }
    throw ImportError("there is no numeric value: texts and sparse tensors are not supported")
  }

  /// The numbers from a start by a step until a limit, which is not among them.
  private static func range(_ call: NodeCall) throws -> [ImportedValue] {
    let (start, limit, step) = (try call.knownNumber(0), try call.knownNumber(1), try call.knownNumber(2))
    let count = ((limit - start) / step).rounded(.up)
    guard step != 0, count < Double(Int32.max) else {
      throw ImportError("a range from \(start) to \(limit) by \(step) is not finite or too long")
    }
    let element = try call.element(0).traced
    guard element != .bool, element.holds(start), element.holds(step) else {
      throw ImportError("a range from \(start) by \(step) does not fit into 32 bits")
    }
    let numbers = call.scope.iota([Int(max(0, count))], axis: 0, element) * step + start
    return try call.result(numbers.wrapped(as: try call.element(0)))
  }
}

extension NodeCall {
  /// An attribute that is an array, or nil if it was left out.
  func storedTensor(_ name: String) throws -> StoredArray? {
    switch attributes[name] {
    case .tensor(let found): return found
    case nil: return nil
    default: throw ImportError("attribute '\(name)' should be a tensor")
    }
  }
}
