extension Graph: CustomStringConvertible {
  /// One line a node, in the order of computation.
  public var description: String {
    var lines = nodes.indices.map { "%\($0) = \(describe(nodes[$0]))" }
    for update in updates { lines.append("update '\(update.parameter)' %\(update.value)") }
    lines.append("return " + outputs.map { "%\($0)" }.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }

  private func describe(_ node: Node) -> String {
    let inputs = node.inputs.map { "%\($0)" }.joined(separator: " ")
    let types = node.types.map(\.description).joined(separator: ", ")
    let what =
      switch node.kind {
      case .input(let name, let role): "\(role.rawValue) '\(name)'"
      case .constant(.splat(let value, _)): "constant \(value)"
      case .constant(.elements(let array)): "constant #\(Digest(array.bytes))"
      case .operation(let operation): type(of: operation).name + parameters(operation.attributes)
      case .loop(let loop):
        "loop \(loop.count) carrying \(loop.carried) {\n\(indented(loop.body.description))\n}"
      case .result(let index): "result \(index)"
      }
    return what + (inputs.isEmpty ? "" : " " + inputs) + " : " + types
  }

  private func parameters(_ attributes: String) -> String { attributes.isEmpty ? "" : "(\(attributes))" }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
  }
}

/// A 128-bit digest that is the same on every machine and in every run (FNV-1a): for names of stored things, not
/// for secrets.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

  /// The digest of these bytes.
  public init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      state ^= UInt128(byte)
      state &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
    }
  }

  /// 32 hexadecimal digits.
  public var description: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}

extension Graph {
  /// A digest of everything the graph computes: equal for equal graphs, on every machine.
  public var digest: Digest { Digest(description.utf8) }
}
