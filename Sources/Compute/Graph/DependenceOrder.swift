/// The nodes that `root` depends on and `root` itself, each after those it depends on: the order in which a function that
/// calls itself for the inputs of a node would come to its end.
///
/// Graphs are as deep as a file makes them, and the stack is not.
///
/// - Parameters:
///   - inputs: The nodes that one depends on directly.
///   - isKnown: Whether a node need not be visited.
///   - visit: Called for each; a visited node is known from then on.
func forEachDependence(
  of root: NodeID, inputs: (NodeID) -> [NodeID], isKnown: (NodeID) -> Bool, visit: (NodeID) -> Void
) {
  var stack = [(node: root, isReady: false)]
  while let (node, isReady) = stack.popLast() {
    if isKnown(node) { continue }
    if isReady {
      visit(node)
    } else {
      stack.append((node, true))
      for input in inputs(node).reversed() where !isKnown(input) { stack.append((input, false)) }
    }
  }
}
