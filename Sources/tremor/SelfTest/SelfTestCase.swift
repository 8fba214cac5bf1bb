import Compute

/// A small graph with inputs, to be computed on a device and by the reference interpreter.
struct SelfTestCase: Sendable {
  /// What is tried.
  let name: String
  /// The types of the inputs.
  let inputs: [TensorType]
  /// The outputs, from the inputs.
  let function: @Sendable ([Tensor]) -> [Tensor]

  init(_ name: String, _ shapes: [Shape], _ function: @escaping @Sendable ([Tensor]) -> [Tensor]) {
    self.init(name, types: shapes.map { TensorType($0) }, function)
  }

  init(_ name: String, types inputs: [TensorType], _ function: @escaping @Sendable ([Tensor]) -> [Tensor]) {
    self.name = name
    self.inputs = inputs
    self.function = function
  }

  /// Float results may be off by this much: the length of the difference over the length of the result.
  static let tolerance = 2e-5

  /// Computes the case both ways.
  func run(on device: any Device) async -> SelfTestOutcome {
    do {
      let graph = try Graph { scope in
        function(inputs.enumerated().map { scope.input("x\($0)", $1.shape, $1.element) })
      }
      let arguments = Dictionary(
        uniqueKeysWithValues: inputs.enumerated().map { ("x\($0)", values($1, salt: $0)) })
      let expected = try graph.interpret(arguments)
      var executable = try Executable(graph, on: device)
      let found = try await executable.run(arguments.mapValues(\.hostArray))
      let errors = zip(found, expected).map { difference(ReferenceArray($0), $1) }
      return SelfTestOutcome(
        name: name, error: errors.max() ?? 0, failure: nil,
        kernels: executable.plan.launchesByKernel.keys.sorted())
    } catch {
      return SelfTestOutcome(name: name, error: nil, failure: Tremor.message(of: error), kernels: [])
    }
  }

  /// Inputs that differ from element to element and are the same at every run: floats in -1...1 without ties.
  private func values(_ type: TensorType, salt: Int) -> ReferenceArray {
    let elements = (0..<type.shape.count).map { index -> Double in
      let word = (index &* 7_919 &+ salt &* 104_729 &+ 17) % 1_009
      switch type.element {
      case .float32: return Double(Float(Double(word) / 504.5 - 1))
      case .int32: return Double(word % 7)
      case .uint8: return Double(word % 256)
      case .bool: return Double(word % 2)
      }
    }
    return ReferenceArray(type, elements)
  }

  /// 0 for equal values; any difference of integers, and a NaN that is not expected, is infinitely far off.
  private func difference(_ found: ReferenceArray, _ expected: ReferenceArray) -> Double {
    if found == expected { return 0 }
    guard found.type == expected.type, expected.type.element == .float32 else { return .infinity }
    var (square, length) = (0.0, 0.0)
    for (a, b) in zip(found.values, expected.values) {
      square += (a - b) * (a - b)
      length += b * b
    }
    let error = square.squareRoot() / max(length.squareRoot(), 1e-12)
    return error.isNaN ? .infinity : error
  }
}

/// What came of a case.
struct SelfTestOutcome: Encodable {
  let name: String
  /// The largest relative error of a result, or nil where there is none.
  let error: Double?
  /// Why nothing was computed.
  let failure: String?
  /// The kernels that ran.
  let kernels: [String]

  var passed: Bool { error.map { $0 <= SelfTestCase.tolerance } ?? false }

  var verdict: String {
    if let failure { return "failed: \(failure)" }
    return passed ? "agrees" : "wrong: error \(error ?? .infinity)"
  }

  private enum CodingKeys: String, CodingKey { case name, error, failure, kernels, passed }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    // JSON has no infinity.
    try container.encodeIfPresent(error.flatMap { $0.isFinite ? $0 : nil }, forKey: .error)
    try container.encodeIfPresent(failure, forKey: .failure)
    try container.encode(kernels, forKey: .kernels)
    try container.encode(passed, forKey: .passed)
  }
}
