extension Tensor {
  /// Traces `body`, so that any misuse inside it is reported where the user called `operation`.
  ///
  /// - Parameters:
  ///   - operation: The name messages use.
  ///   - others: Operands beside this tensor that must be `float32` too.
  func composed(
    _ operation: String, _ place: SourceLocation, _ others: [Tensor?] = [], _ body: () -> Tensor
  ) -> Tensor {
    let operands = [self] + others.compactMap { $0 }
    guard operands.allSatisfy({ $0.element == .float32 }) else {
      let types = operands.map { $0.type.description }.joined(separator: " and ")
      builder.fail("\(operation) of \(types): the elements must be float32; cast first", at: place)
      return self
    }
    return builder.located(place, body)
  }

  /// Records that `operation` does not fit these operands.
  ///
  /// - Returns: This tensor, as a stand-in for the result.
  func refused(
    _ operation: String, with others: [Tensor] = [], _ reason: String, _ place: SourceLocation
  ) -> Tensor {
    let types = ([self] + others).map { $0.type.description }.joined(separator: " and ")
    builder.fail("\(operation) of \(types): \(reason)", at: place)
    return self
  }

  /// The axes after the first, which counts samples.
  var sampleAxes: [Int] { Array(1..<Swift.max(1, rank)) }
}
