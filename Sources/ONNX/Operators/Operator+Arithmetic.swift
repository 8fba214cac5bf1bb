import ArrayFiles
import Compute

extension Operator {
  /// Arithmetic on pairs and lists of numbers, which are broadcast.
  static let arithmetic: [String: Operator] = [
    "Add": binary { $0 + $1 },
    "Sub": binary { $0 - $1 },
    "Mul": binary { $0 * $1 },
    "Div": binary { $0 / $1 },
    "Min": variadic { $0.dropFirst().reduce($0[0]) { $0.minimum($1) } },
    "Max": variadic { $0.dropFirst().reduce($0[0]) { $0.maximum($1) } },
    "Sum": variadic { $0.dropFirst().reduce($0[0], +) },
    "Mean": variadic { $0.dropFirst().reduce($0[0], +) / Double($0.count) },
    "Mod": Operator { call in
      let (a, b) = (try call.numeric(0), try call.numeric(1))
      _ = try call.all()
      let remainder = a.element == .int32 ? a % b : floatingRemainder(a, b)
      if try call.flag("fmod") { return try call.result(remainder) }
      // The sign is that of the divisor, as in Python.
      let isOpposite = (remainder .!= 0) && ((remainder .< 0) ^ (b .< 0))
      return try call.result(isOpposite.select(remainder + b, remainder))
    },
    "Clip": Operator(clip),
  ]

  private static func binary(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Operator {
    Operator { call in
      guard call.inputs.count == 2 else { throw ImportError("there are \(call.inputs.count) inputs, not 2") }
      return try combined(call) { function($0[0], $0[1]) }
    }
  }

  private static func variadic(_ function: @escaping @Sendable ([Tensor]) -> Tensor) -> Operator {
    Operator { call in try combined(call, function) }
  }

  private static func combined(
    _ call: NodeCall, _ function: ([Tensor]) -> Tensor
  ) throws -> [ImportedValue] {
    let operands = try call.all()
    _ = try call.numeric(0)
    _ = try call.broadcastShape(operands.map(\.shape))
    return try call.result(function(operands).wrapped(as: try call.element(0)))
  }

  /// The remainder of the division toward zero, with the sign of the dividend, as C's `fmod`.
  private static func floatingRemainder(_ a: Tensor, _ b: Tensor) -> Tensor {
    // Chosen by sign, so that the remainder has slope 1 at 0, where it is the dividend itself.
    let (size, divisor) = ((a .< 0).select(-a, a), (b .< 0).select(-b, b))
    // The quotient may be rounded to the next integer, which is corrected; it has derivative zero.
    let raw = size - (size / divisor).floor() * divisor
    let lifted = (raw .< 0).select(raw + divisor, raw)
    let remainder = (lifted .>= divisor).select(lifted - divisor, lifted)
    return (a .< 0).select(-remainder, remainder)
  }

  /// Elements moved between bounds, which are attributes before version 11 and optional inputs since.
  private static func clip(_ call: NodeCall) throws -> [ImportedValue] {
    let x = try call.numeric(0)
    let isInput = call.version >= 11
    let lower = isInput ? try bound(call, 1, x) : x.scope.full([], try call.float("min", default: -largest))
    let upper = isInput ? try bound(call, 2, x) : x.scope.full([], try call.float("max", default: largest))
    if x.element == .float32 {
      guard lower != nil || upper != nil else { return try call.result(x) }
      // PyTorch writes its ReLU6 so, whose slope is 0 at both bounds.
      if lower?.constantValue == 0, upper?.constantValue == 6 { return try call.result(x.relu6()) }
      return try call.result(
        x.clamped(lower ?? x.scope.full([], -.infinity), upper ?? x.scope.full([], .infinity)))
    }
    let raised = lower.map { x.maximum($0) } ?? x
    return try call.result(upper.map { raised.minimum($0) } ?? raised)
  }

  private static let largest = Double(Float.greatestFiniteMagnitude)

  /// The bound of a `Clip` given by an input: a constant where it is known, so that it is fused.
  private static func bound(_ call: NodeCall, _ index: Int, _ x: Tensor) throws -> Tensor? {
    guard call.has(index) else { return nil }
    let bound = try call.value(index)
    guard bound.tensor.element == x.element, bound.tensor.shape.count == 1 else {
      throw ImportError("input \(index) should be one number of the type of input 0")
    }
    guard let known = bound.known?.doubles.first, x.element.holds(known) else {
      return bound.tensor.reshaped([])
    }
    return x.scope.full([], known, x.element)
  }
}
