import ArrayFiles
import Compute

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#endif

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
    "HannWindow": window([0.5, 0.5]),
    "HammingWindow": window([25.0 / 46, 21.0 / 46]),
    "BlackmanWindow": window([0.42, 0.5, 0.08]),
  ]

  /// A window of a known size: a sum of cosines with these weights and alternating signs.
  private static func window(_ weights: [Double]) -> Operator {
    Operator { call in
      let size = try call.knownInteger(0)
      let element = try ArrayElement(onnx: Int32(clamping: try call.integer("output_datatype", default: 1)))
      guard 0...(1 << 24) ~= size, element.isFloating else {
        throw ImportError("a window of \(size) elements of type \(element.rawValue) is not supported")
      }
      let period = try call.flag("periodic", default: true) ? size : max(1, size - 1)
      let values = (0..<size).map { place in
        weights.enumerated().reduce(0) { sum, term in
          let turns = Double(term.offset * place % period) / Double(period)
          return sum + term.element * (term.offset % 2 == 0 ? 1 : -1) * cosine(turns)
        }
      }
      return [
        ImportedValue(constant: StoredArray(shape: [size], doubles: values, as: element), in: call.scope)
      ]
    }
  }

  private static func cosine(_ turns: Double) -> Double { cos(2 * .pi * turns) }

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
