/// Where a model declares what it takes: inputs, and parameters whose names tell where they stand.
///
///     let weight = scope["block1"]["first"].parameter("weight", [16, 3, 3, 3])   // block1.first.weight
public struct Scope {
  let builder: GraphBuilder
  /// The prefix of parameter names declared here, without the final dot; empty at the root.
  public let path: String

  /// The scope named `name` inside this one.
  public subscript(name: String) -> Scope { Scope(builder: builder, path: qualified(name)) }

  /// A value given for every run.
  ///
  /// - Parameters:
  ///   - name: Unique in the graph.
  ///   - shape: The extents.
  ///   - element: The element type.
  public func input(
    _ name: String, _ shape: Shape, _ element: ElementType = .float32,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    builder.input(name, .argument, TensorType(shape, element), at: SourceLocation(fileID, line))
  }

  /// A value that stays on the device between runs, named by this scope and `name`.
  public func parameter(
    _ name: String, _ shape: Shape, _ element: ElementType = .float32,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    builder.input(qualified(name), .parameter, TensorType(shape, element), at: SourceLocation(fileID, line))
  }

  /// Makes a run store `value` as the next value of `parameter`, after all outputs have been computed.
  ///
  /// - Parameters:
  ///   - parameter: A tensor made by ``parameter(_:_:_:fileID:line:)``.
  ///   - value: A tensor of the same type.
  public func update(
    _ parameter: Tensor, with value: Tensor, fileID: StaticString = #fileID, line: UInt = #line
  ) {
    let place = SourceLocation(fileID, line)
    guard case .input(let name, .parameter) = builder.nodes[parameter.id].kind else {
      return builder.fail("update of a tensor that is not a parameter", at: place)
    }
    guard parameter.type == value.type else {
      return builder.fail("update of \(parameter.type) parameter '\(name)' with \(value.type)", at: place)
    }
    builder.updates.append(Graph.Update(parameter: name, value: value.id))
  }

  /// A tensor whose elements are all `value`.
  public func full(_ shape: Shape, _ value: Double, _ element: ElementType = .float32) -> Tensor {
    builder.constant(.splat(value, TensorType(shape, element)))
  }

  /// A tensor with these elements.
  public func constant(_ array: HostArray) -> Tensor { builder.constant(.elements(array)) }

  /// A tensor whose elements count up along `axis` from 0.
  public func iota(
    _ shape: Shape, axis: Int, _ element: ElementType = .int32,
    fileID: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    builder.add(Iota(type: TensorType(shape, element), axis: axis), [], at: SourceLocation(fileID, line))
  }

  /// Makes tracing fail with `error`, unless a misuse was found before.
  ///
  /// For code that translates another description of a computation, and knows its places better than a file and a line.
  public func fail(_ error: any Error) { builder.fail(error) }

  /// Runs `body` so that the nodes it makes, and those of their derivatives, are known to stem from a place in another
  /// description of the computation.
  package func located<Result>(as name: String, _ body: () throws -> Result) rethrows -> Result {
    let outer = builder.location
    builder.location = SourceLocation(fileID: name, line: 0)
    defer { builder.location = outer }
    return try body()
  }

  /// Takes back the first misuse found so far, so that it can be reported with more context.
  public func takeFailure() -> (any Error)? { builder.takeError() }

  private func qualified(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
