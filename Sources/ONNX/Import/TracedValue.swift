/// A value of the graph, and what it came from.
struct TracedValue {
  let value: ImportedValue
  /// Whether it depends on a stored weight or an input, so that it stays a symbol for derivatives to reach that.
  let isParametric: Bool
}
