/// A value of the graph, and what it came from.
struct TracedValue {
  let value: ImportedValue
  /// Whether it depends on a stored weight, so that it must stay a symbol for derivatives to reach the weight.
  let isParametric: Bool
}
