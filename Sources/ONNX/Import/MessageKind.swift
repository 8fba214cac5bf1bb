/// What the fields of a kind of message hold, as far as a search for damage needs to know.
///
/// The numbers are those of `Schema/onnx.proto`.
struct MessageKind {
  /// What errors call it.
  let name: String
  /// The fields that are texts.
  var texts: Set<UInt64> = []
  /// The fields that are messages.
  var messages: [UInt64: MessageKind] = [:]

  static let model = MessageKind(
    name: "model", texts: [2, 3, 4, 6], messages: [7: graph, 8: operatorSet, 25: function])
  static let tensor = MessageKind(name: "tensor", texts: [8, 12], messages: [13: entry])

  private static let entry = MessageKind(name: "entry", texts: [1, 2])
  private static let operatorSet = MessageKind(name: "operator set", texts: [1])
  private static let dimension = MessageKind(name: "dimension", texts: [2])
  private static let shape = MessageKind(name: "shape", messages: [1: dimension])
  private static let tensorType = MessageKind(name: "type", messages: [2: shape])
  private static let type = MessageKind(name: "type", messages: [1: tensorType])
  private static let port = MessageKind(name: "port", texts: [1, 3], messages: [2: type])
  private static let attribute = MessageKind(name: "attribute", texts: [1, 13, 21], messages: [5: tensor])
  private static let node = MessageKind(name: "node", texts: [1, 2, 3, 4, 6, 7, 8], messages: [5: attribute])
  private static let graph = MessageKind(
    name: "graph", texts: [2, 10], messages: [1: node, 5: tensor, 11: port, 12: port, 13: port])
  private static let function = MessageKind(
    name: "function", texts: [1, 4, 5, 6, 8, 10, 13], messages: [7: node, 9: operatorSet, 11: attribute])
}
