/// A symbol for a value of a graph under construction.
///
/// A tensor has a shape and an element type but no elements: nothing runs until the finished graph is
/// compiled. It belongs to the closure that ``Graph/init(fileID:line:_:)`` calls, must not be kept after it
/// returns, and is deliberately not `Sendable`.
public struct Tensor {
  let builder: GraphBuilder
  let id: NodeID

  /// The shape and element type.
  public var type: TensorType { builder.resultType(of: id) }
  /// The extents.
  public var shape: Shape { builder.resultType(of: id).shape }
  /// What the elements are.
  public var element: ElementType { builder.resultType(of: id).element }
  /// The number of axes.
  public var rank: Int { builder.resultType(of: id).shape.extents.count }

  /// The number that every element is, if this is such a constant.
  package var constantValue: Double? {
    if case .constant(.splat(let value, _)) = builder.nodes[id].kind { return value }
    return nil
  }

  /// Whether the other symbol stands for the same value of the same graph.
  package func isSame(as other: Tensor) -> Bool { builder === other.builder && id == other.id }

  /// A tensor of this one's element type whose elements are all `value`.
  func splat(_ value: Double, _ shape: Shape? = nil) -> Tensor {
    builder.constant(.splat(value, TensorType(shape ?? self.shape, element)))
  }

  /// A tensor of zeros of this tensor's type.
  public var zeros: Tensor { splat(0) }
  /// A tensor of ones of this tensor's type.
  public var ones: Tensor { splat(1) }

  /// The graph this symbol belongs to, for declaring constants beside it.
  public var scope: Scope { Scope(builder: builder, path: "") }

  /// Result `index` of a node that has several.
  func result(_ index: Int) -> Tensor {
    guard index > 0 else { return self }
    return builder.append(.result(index: index), [id], [builder.nodes[id].types[index]], at: nil)
  }

  /// An axis counted from the end when negative, or nil with a recorded misuse.
  func resolved(axis: Int, _ operation: String, _ place: SourceLocation) -> Int? {
    let resolved = axis < 0 ? axis + rank : axis
    guard resolved >= 0, resolved < rank else {
      builder.fail("\(operation) of \(type): there is no axis \(axis)", at: place)
      return nil
    }
    return resolved
  }
}

/// A value made of tensors: one tensor, or a structure that visits each of its own.
public protocol TensorTree {
  /// Calls `visit` on every tensor, always in the same order.
  mutating func forEachTensor(_ visit: (inout Tensor) -> Void)
}

extension Tensor: TensorTree {
  /// Visits this tensor.
  public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) { visit(&self) }
}

extension Array: TensorTree where Element: TensorTree {
  /// Visits the elements in order.
  public mutating func forEachTensor(_ visit: (inout Tensor) -> Void) {
    for index in indices { self[index].forEachTensor(visit) }
  }
}

extension TensorTree {
  /// The tensors in order of visit.
  public var tensors: [Tensor] {
    var copy = self
    var found: [Tensor] = []
    copy.forEachTensor { found.append($0) }
    return found
  }

  /// This structure with its tensors replaced in order of visit.
  func replacing(_ tensors: [Tensor]) -> Self {
    var copy = self
    var rest = tensors[...]
    copy.forEachTensor { if let next = rest.popFirst() { $0 = next } }
    return copy
  }
}
