import ArrayFiles
import Compute

extension Operator {
  /// What leaves values as they are in inference.
  static let identity: [String: Operator] = [
    "Identity": Operator { call in [try call.value(0)] },
    "Dropout": Operator { call in
      let value = try call.value(0)
      try checkDropout(call)
      let maskElement = call.version >= 10 ? ArrayElement.bool : value.element
      let mask = call.scope.full(value.tensor.shape, 1, maskElement.traced)
      return [value, ImportedValue(mask, maskElement)]
    },
  ]

  /// Since version 12 an input can ask for training, which is the identity where nothing is dropped.
  private static func checkDropout(_ call: NodeCall) throws {
    guard call.version >= 12, call.has(2), try call.knownInteger(2) != 0 else { return }
    let ratio = try call.has(1) ? call.knownNumber(1) : 0.5
    guard ratio == 0 else {
      throw ImportError(
        "it drops elements at random (ratio \(ratio), training mode); export the model for inference")
    }
  }
}
