import ComputeTestSupport
import Testing

@testable import Compute

/// Reading through a view of a view gives what the interpreter computes.
@Suite struct StridedViewTests {
  /// The elements of a buffer that holds its own positions, read through a view.
  private func elements(_ view: StridedView) -> [Double] {
    var found: [Double] = []
    view.shape.forEachCoordinate { place in
      found.append(Double(zip(place, view.strides).reduce(view.offset) { $0 + $1.0 * $1.1 }))
    }
    return found
  }

  private func randomView(_ shape: Shape, _ generator: inout SeededGenerator) -> any ViewOperation & Primitive
  {
    let rank = shape.rank
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return Transpose(permutation: Array(0..<rank).shuffled(using: &generator))
    case 1:
      let extents = shape.extents.map { $0 == 1 && generator.chance(0.7) ? 2 : $0 }
      return Broadcast(shape: Shape(extents))
    case 2:
      let steps = shape.extents.map { _ in Int.random(in: 1...2, using: &generator) }
      let starts = shape.extents.map { Int.random(in: 0..<$0, using: &generator) }
      let extents = (0..<rank).map { axis in
        Int.random(in: 1...((shape[axis] - 1 - starts[axis]) / steps[axis] + 1), using: &generator)
      }
      return Slice(starts: starts, shape: Shape(extents), steps: steps)
    case 3: return Reverse(axes: (0..<rank).filter { _ in generator.chance(0.5) })
    default: return Reshape(shape: regrouped(shape, &generator))
    }
  }

  /// Other extents with as many elements: neighbours joined, axes split, ones put in.
  private func regrouped(_ shape: Shape, _ generator: inout SeededGenerator) -> Shape {
    var extents: [Int] = []
    for extent in shape.extents {
      if generator.chance(0.2) { extents.append(1) }
      if let last = extents.last, generator.chance(0.4) {
        extents[extents.count - 1] = last * extent
      } else if extent % 2 == 0, generator.chance(0.5) {
        extents += [extent / 2, 2]
      } else {
        extents.append(extent)
      }
    }
    return Shape(extents.count > 5 ? [shape.count] : extents)
  }

  @Test func aChainOfViewsReadsWhatTheInterpreterComputes() throws {
    var expressible = 0
    for seed in 0..<UInt64(600) {
      var generator = SeededGenerator(seed: seed)
      let shape: Shape = [[4, 6], [2, 3, 4], [12], [1, 4, 1, 2]][Int(seed % 4)]
      var array = ReferenceArray(TensorType(shape), (0..<shape.count).map(Double.init))
      var view: StridedView? = StridedView(dense: shape)
      for _ in 0..<5 {
        let operation = randomView(array.shape, &generator)
        #expect(try operation.resultTypes([array.type]).count == 1)
        array = operation.interpret([array])[0]
        view = view.flatMap(operation.view)
        guard let view else { break }
        #expect(view.shape == array.shape, "seed \(seed), \(operation)")
        #expect(elements(view) == array.values, "seed \(seed), \(operation)")
        expressible += 1
      }
    }
    // Most chains can be expressed; if few could, the law above would say little.
    #expect(expressible > 2000)
  }

  @Test func aReshapeIsRefusedOnlyWhereStridesCannotExpressIt() {
    let transposed = StridedView(offset: 0, strides: [1, 3], shape: [3, 4])
    #expect(transposed.reshaped([12]) == nil)
    #expect(transposed.reshaped([3, 2, 2])?.strides == [1, 6, 3])
    let repeated = StridedView(offset: 0, strides: [0, 1], shape: [2, 3])
    #expect(repeated.reshaped([6]) == nil)
    #expect(StridedView(offset: 0, strides: [0, 0], shape: [2, 3]).reshaped([6])?.strides == [0])
    #expect(StridedView(offset: 11, strides: [-4, -1], shape: [3, 4]).reshaped([12])?.strides == [-1])
  }

  @Test func denseMeansRowMajorWithoutGaps() {
    #expect(StridedView(dense: [2, 3]).isDense)
    #expect(StridedView(offset: 5, strides: [99, 3, 1], shape: [1, 2, 3]).isDense)
    #expect(!StridedView(offset: 0, strides: [4, 1], shape: [2, 3]).isDense)
    #expect(!StridedView(offset: 0, strides: [1, 2], shape: [2, 3]).isDense)
  }
}
