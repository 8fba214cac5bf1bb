import Compute

extension Operator {
  static let elementwise: [String: Operator] = [
    "Relu": Operator { call in [ImportedValue(try call.tensor(0).relu(), try call.element(0))] }
  ]
}
