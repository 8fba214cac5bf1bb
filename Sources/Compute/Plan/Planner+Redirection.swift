extension Planner {
  /// Makes what computes `source` in the open loop write to `target` instead, where no copy at the end is better.
  ///
  /// - Parameters:
  ///   - source: A buffer whose value is carried to the next iteration.
  ///   - target: The carried value's own buffer.
  /// - Returns: Whether it was possible: `source` is made inside the loop, by launches after which nobody reads the
  ///   carried value as it was.
  func redirect(_ source: BufferID, to target: BufferID) -> Bool {
    guard case .arena = buffers[source].home, buffers[source].byteCount == buffers[target].byteCount,
      depth > 0, !isUsedOutsideOpenLoop(source), let users = frames[depth].launches(using: source),
      let maker = users.first, maker.launch.canWrite(source, over: target),
      frames[depth].uses(of: target).last ?? 0 <= maker.place
    else { return false }
    frames[depth].replace(source, by: target)
    return true
  }

  /// Makes what computes `source`, the new value of a parameter, write to the parameter `target` itself.
  ///
  /// - Returns: Whether it was possible: outside of loops, nobody reads the old value afterwards, and the launch
  ///   itself at most at the places that it writes.
  func redirectUpdate(_ source: BufferID, to target: BufferID) -> Bool {
    guard case .arena = buffers[source].home, buffers[source].byteCount == buffers[target].byteCount,
      depth == 0, let users = frames[depth].launches(using: source), let maker = users.first,
      maker.launch.canWrite(source, over: target)
        || (family == .cpu && maker.launch.mapsInPlace(source, target)),
      frames[depth].uses(of: target).last ?? 0 <= maker.place
    else { return false }
    frames[depth].replace(source, by: target)
    return true
  }

  /// Whether a launch before the innermost open loop uses the buffer.
  private func isUsedOutsideOpenLoop(_ buffer: BufferID) -> Bool {
    (0..<depth).contains { !frames[$0].uses(of: buffer).isEmpty }
  }
}

extension PendingLaunch {
  /// Whether this launch, which makes `source`, may find `target` in its place.
  fileprivate func canWrite(_ source: BufferID, over target: BufferID) -> Bool {
    let reads = buffers.count { $0 == target }
    return reads == 0
      || (isInPlace && reads == 1 && buffers[0] == target && buffers.count { $0 == source } == 1)
  }
}

extension PendingLaunch {
  /// Whether this is a map that reads `target` only where it writes `source`.
  fileprivate func mapsInPlace(_ source: BufferID, _ target: BufferID) -> Bool {
    guard kernel == "map", let program else { return false }
    let destinations = buffers.dropFirst(MapProgram.Limit.sources)
    let written = program.results.filter { destinations[destinations.startIndex + $0.destination] == source }
    let read = program.operands.filter { $0.element != .index && buffers[$0.source] == target }
    return written.count == 1
      && read.allSatisfy {
        $0.element == written[0].element && $0.offset == written[0].offset && $0.strides == written[0].strides
      }
  }
}
