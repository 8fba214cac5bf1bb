public import Compute

/// A device as an evaluator, for ``checkAgreement(_:tolerance:maximumOrder:evaluator:)`` and its relatives.
public func evaluator(on device: any Device, options: PlanOptions = .all) -> Evaluator {
  { graph, arguments in
    let values = try await outputs(of: graph, arguments.mapValues(\.hostArray), on: device, options: options)
    return values.map { ReferenceArray($0) }
  }
}
