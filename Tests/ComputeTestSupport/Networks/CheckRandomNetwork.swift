public import Compute

/// Checks derivatives of a random network on a device: row k of the Jacobian is the gradient of logit k, and a batch of
/// cotangents sent back from the last images gives what each of them gives alone.
///
/// Both sides are computed on the same device from the same values, so that they may differ by rounding alone. Where other
/// numbers agree, a kink lay between them and the network passes.
///
/// - Returns: False where every attempt disagreed but rounding decides the derivatives: see ``isSensitive``.
/// - Throws: A ``CheckFailure`` with the error and the network.
@discardableResult public func checkRows(
  _ network: RandomNetwork, on device: any Device, options: PlanOptions = .all, tolerance: Double = 1e-3
) async throws -> Bool {
  let (batched, single) = try network.rowGraphs()
  let reference = Reference(graph: single, device: device, options: options)
  return try await network.check("rows of Jacobians on \(device.name)", tolerance, reference) { attempt in
    let arguments = network.arguments(for: batched, attempt: attempt)
    let rows = try await outputs(of: batched, arguments, on: device, options: options)
    let gradients = try await outputs(of: single, arguments, on: device, options: options)
    return network.rowErrors(rows[1], Array(gradients[..<network.classes]), samplesFirst: true)
      + network.rowErrors(rows[2], Array(gradients[network.classes...]), samplesFirst: false)
  }
}

/// Checks logits and Jacobians of a random network on a device against the interpreter, or against the same device with
/// every pass.
///
/// - Parameters:
///   - options: The passes to check with.
///   - reference: The device to compare with, with every pass; nil for the interpreter.
/// - Returns: False where every attempt disagreed but rounding decides the derivatives: see ``isSensitive``.
/// - Throws: A ``CheckFailure`` with the error and the network.
@discardableResult public func checkValues(
  _ network: RandomNetwork, on device: any Device, options: PlanOptions = .all,
  against reference: (any Device)? = nil,
  tolerance: Double = 1e-3
) async throws -> Bool {
  let graph = try network.rowGraphs().batched
  let what = "values on \(device.name) with passes \(options.rawValue)"
  let sensitivity = Reference(graph: graph, device: reference ?? device, options: .all)
  return try await network.check(what, tolerance, sensitivity) { attempt in
    let arguments = network.arguments(for: graph, attempt: attempt)
    let found = try await outputs(of: graph, arguments, on: device, options: options)
    let expected: [ReferenceArray]
    if let reference {
      expected = try await outputs(of: graph, arguments, on: reference).map { ReferenceArray($0) }
    } else {
      expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })
    }
    return zip(found, expected).map { relativeError($0, $1) }
  }
}

extension RandomNetwork {
  /// How many cotangents are sent back from the last images.
  private static let cotangents = 3

  /// The same derivatives as a batch and one by one.
  ///
  /// - Returns: Logits, Jacobian and a batch of pullbacks; gradients of each logit, then each pullback.
  func rowGraphs() throws -> (batched: Graph, single: Graph) {
    func cotangent(_ scope: Scope, _ trunk: Tensor) -> Tensor {
      scope.input("cotangents", Shape([RandomNetwork.cotangents] + trunk.shape.extents))
    }
    let batched = try Graph { scope in
      let (x, trunk, logits) = traced(scope)
      let pulled = vmap { trunk.vectorJacobianProduct(with: $0, [x])[0] }(cotangent(scope, trunk))
      return [logits, logits.jacobian(withRespectTo: x), pulled]
    }
    let single = try Graph { scope in
      let (x, trunk, logits) = traced(scope)
      let all = cotangent(scope, trunk)
      let gradients = (0..<classes).map {
        logits.sliced(axis: 1, from: $0, count: 1).sum().gradient(withRespectTo: x)
      }
      let pulled = (0..<RandomNetwork.cotangents).map { row in
        let own = all.sliced(axis: 0, from: row, count: 1).reshaped(trunk.shape)
        return trunk.vectorJacobianProduct(with: own, [x])[0]
      }
      return gradients + pulled
    }
    return (batched, single)
  }

  /// For each row, the norm of the difference over the norm of what is expected; rows that are small beside the largest
  /// count by that.
  ///
  /// - Parameter samplesFirst: Whether the rows of a sample lie together.
  func rowErrors(_ found: HostArray, _ expected: [HostArray], samplesFirst: Bool) -> [Double] {
    let size = (expected.first?.type.shape.count ?? 0) / samples
    let values = found.floats
    var differences: [Double] = []
    var norms: [Double] = []
    for (row, single) in expected.enumerated() {
      let floats = single.floats
      var (difference, norm) = (0.0, 0.0)
      for sample in 0..<samples {
        let start = (samplesFirst ? sample * expected.count + row : row * samples + sample) * size
        for element in 0..<size {
          let (a, b) = (Double(values[start + element]), Double(floats[sample * size + element]))
          difference += (a - b) * (a - b)
          norm += b * b
        }
      }
      differences.append(difference.squareRoot())
      norms.append(norm.squareRoot())
    }
    let floor = max((norms.max() ?? 0) * 1e-2, 1e-9)
    return zip(differences, norms).map { $0 / max($1, floor) }
  }

  /// Throws unless some attempt's errors are all small, since what depends on a kink alone does not fail three times, or
  /// rounding decides.
  fileprivate func check(
    _ what: String, _ tolerance: Double, _ reference: Reference, _ errors: (UInt64) async throws -> [Double]
  ) async throws -> Bool {
    var last: [Double] = []
    for attempt in 0..<(3 as UInt64) {
      last = try await errors(attempt)
      if last.allSatisfy({ $0 <= tolerance }) { return true }
    }
    if try await isSensitive(reference, tolerance) { return false }
    throw CheckFailure("\(what): errors \(last) exceed \(tolerance) in \(self)")
  }

  /// Whether inputs that differ by a few roundings give results that differ by more than the tolerance.
  ///
  /// Ties by construction do that at every input: two channels that are equal but for rounding before a largest one is
  /// picked, or values that are constant but for rounding before they are standardised.
  private func isSensitive(_ reference: Reference, _ tolerance: Double) async throws -> Bool {
    let arguments = arguments(for: reference.graph, attempt: 0)
    let plain = try await reference.outputs(arguments)
    for draw in 0..<(8 as UInt64) {
      var generator = SeededGenerator(seed: seed ^ (draw << 32))
      let moved = arguments.mapValues { array in
        guard array.type.element == .float32 else { return array }
        let floats = array.floats.map { $0 * (1 + Float.random(in: -1...1, using: &generator) * 4e-7) }
        return HostArray(array.type.shape, floats)
      }
      let found = try await reference.outputs(moved)
      let errors = zip(found, plain).map { relativeError($0, ReferenceArray($1)) }
      if !errors.allSatisfy({ $0 <= tolerance }) { return true }
    }
    return false
  }
}

/// The side of a check that is taken to be right.
private struct Reference {
  let graph: Graph
  let device: any Device
  let options: PlanOptions

  func outputs(_ arguments: [String: HostArray]) async throws -> [HostArray] {
    try await ComputeTestSupport.outputs(of: graph, arguments, on: device, options: options)
  }
}
