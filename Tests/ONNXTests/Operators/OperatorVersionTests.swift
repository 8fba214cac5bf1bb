import ArrayFiles
import Compute
import Testing

@testable import ONNX

/// Operators whose meaning or form changed between versions; the numbers are checked by hand.
@Suite struct OperatorVersionTests {
  /// Before 13 all axes from `axis` on are one; since then one axis is meant.
  @Test(arguments: ["Softmax", "LogSoftmax", "Hardmax"]) func normalises(_ name: String) throws {
    let x = floats([1, 2, 2], [0, 1, 2, 3])
    let flattened = try OperatorCall(name, version: 12)(x)[0].values
    let last = try OperatorCall(name, version: 13)(x)[0].values
    let joined = try OperatorCall(name, version: 13)(floats([1, 4], x.values))[0].values
    let rows = try [[0.0, 1], [2, 3]].flatMap { try OperatorCall(name)(floats([2], $0))[0].values }
    #expect(flattened == joined)
    #expect(last == rows)
    #expect(flattened != last)
  }

  /// The bounds are attributes before 11, inputs since.
  @Test func clips() throws {
    let x = floats([4], [-3, -1, 1, 3])
    let attributes: [String: NodeAttribute] = ["min": .float(-2), "max": .float(2)]
    #expect(try OperatorCall("Clip", version: 10, attributes)(x)[0].values == [-2, -1, 1, 2])
    #expect(try OperatorCall("Clip", version: 10)(x)[0].values == x.values)
    #expect(try OperatorCall("Clip", version: 11, known: [1: .scalar(-2)])(x)[0].values == [-2, -1, 1, 3])
    #expect(
      try OperatorCall("Clip", version: 11)(x, floats([], [-2]), floats([], [2]))[0].values == [-2, -1, 1, 2])
    let whole = integers([3], [-3, 0, 3])
    #expect(
      try OperatorCall("Clip", version: 12)(whole, integers([], [-1]), integers([], [1]))[0].values == [
        -1, 0, 1,
      ])
  }

  /// Ranges are attributes before 10, inputs with steps since.
  @Test func slices() throws {
    let x = floats([5], [0, 1, 2, 3, 4])
    let old: [String: NodeAttribute] = ["starts": .integers([-3]), "ends": .integers([.max])]
    #expect(try OperatorCall("Slice", version: 9, old)(x)[0].values == [2, 3, 4])
    let backward = [1: StoredArray.integers(-1), 2: .integers(.min), 3: .integers(0), 4: .integers(-2)]
    #expect(try OperatorCall("Slice", version: 13, known: backward)(x)[0].values == [4, 2, 0])
  }

  /// The pads are an attribute before 11; negative ones cut off; axes can be chosen since 18.
  @Test func pads() throws {
    let x = floats([3], [1, 2, 3])
    let old: [String: NodeAttribute] = ["pads": .integers([1, 2]), "value": .float(9)]
    #expect(try OperatorCall("Pad", version: 10, old)(x)[0].values == [9, 1, 2, 3, 9, 9])
    func padded(_ mode: String, _ low: Int64, _ high: Int64) throws -> [Double] {
      try OperatorCall("Pad", version: 19, ["mode": .string(mode)], known: [1: .integers(low, high)])(x)[0]
        .values
    }
    #expect(try padded("constant", -1, 1) == [2, 3, 0])
    #expect(try padded("edge", 2, 1) == [1, 1, 1, 2, 3, 3])
    #expect(try padded("reflect", 2, 5) == [3, 2, 1, 2, 3, 2, 1, 2, 3, 2])
    #expect(try padded("wrap", 4, 1) == [3, 1, 2, 3, 1, 2, 3, 1])
  }

  /// The axes are an attribute first and an input later; empty axes mean all, unless `noop_with_empty_axes`.
  @Test func reduces() throws {
    let x = floats([2, 2], [1, 2, 3, 4])
    let axes: [String: NodeAttribute] = ["axes": .integers([-1]), "keepdims": .integer(0)]
    #expect(try OperatorCall("ReduceSum", version: 12, axes)(x)[0] == floats([2], [3, 7]))
    #expect(
      try OperatorCall("ReduceSum", version: 13, known: [1: .integers(0)])(x)[0] == floats([1, 2], [4, 6]))
    #expect(try OperatorCall("ReduceMean", version: 17, axes)(x)[0] == floats([2], [1.5, 3.5]))
    #expect(
      try OperatorCall("ReduceMean", version: 18, known: [1: .integers()])(x)[0] == floats([1, 1], [2.5]))
    let idle: [String: NodeAttribute] = ["noop_with_empty_axes": .integer(1)]
    #expect(try OperatorCall("ReduceMax", version: 18, idle)(x)[0] == x)
    #expect(try OperatorCall("ReduceSumSquare", version: 18, idle)(x)[0].values == [1, 4, 9, 16])
  }

  /// Folds of nothing give what is neutral.
  @Test(arguments: [
    ("ReduceSum", 0.0), ("ReduceProd", 1), ("ReduceMax", -.infinity), ("ReduceMin", .infinity),
    ("ReduceL2", 0),
    ("ReduceLogSum", -.infinity), ("ReduceLogSumExp", -.infinity), ("ReduceMean", .nan),
  ]) func reducesNothing(_ name: String, _ neutral: Double) throws {
    let found = try OperatorCall(name, ["axes": .integers([1])])(floats([2, 0, 1], []))[0]
    #expect(found.shape == [2, 1, 1])
    #expect(found.values.allSatisfy { $0 == neutral || ($0.isNaN && neutral.isNaN) })
  }

  /// 0 keeps the extent of the same axis, unless `allowzero` says that it means 0.
  @Test func reshapes() throws {
    let x = floats([2, 3], [1, 2, 3, 4, 5, 6])
    #expect(try OperatorCall("Reshape", known: [1: .integers(0, -1, 1)])(x)[0].shape == [2, 3, 1])
    let empty = OperatorCall("Reshape", ["allowzero": .integer(1)], known: [1: .integers(3, 0)])
    #expect(try empty(floats([2, 0, 3], []))[0].shape == [3, 0])
  }

  /// Narrow integers wrap around; division is toward zero; `Mod` has the divisor's sign unless `fmod` is set.
  @Test func wraps() throws {
    let (a, b) = (StoredArray(shape: [2], integers: [200, 7], as: .uint8), integers([2], [100, -2]))
    #expect(try OperatorCall("Add", known: [0: a])(b)[0].values == [44, 5])
    #expect(
      try OperatorCall("Div", known: [0: .integers(7, -7)])(integers([2], [2, 2]))[0].values == [3, -3])
    #expect(
      try OperatorCall("Mod", known: [0: .integers(-7, 7)])(integers([2], [3, -3]))[0].values == [2, -2])
    let mod = try OperatorCall("Mod")(floats([2], [-4.5, 4.5]), floats([2], [2, -2]))[0].values
    #expect(mod == [1.5, -1.5])
    let fmod = try OperatorCall("Mod", ["fmod": .integer(1)])(
      floats([2], [-4.5, 4.5]), floats([2], [2, -2]))
    #expect(fmod[0].values == [-0.5, 0.5])
    let cast = OperatorCall("Cast", ["to": .integer(3)])
    #expect(try cast(floats([3], [-1.9, 130, 300.5]))[0].values == [-1, -126, 44])
  }

  @Test func findsExtremes() throws {
    let x = floats([2, 3], [2, 5, 5, 1, 1, 0])
    let last: [String: NodeAttribute] = ["axis": .integer(1), "keepdims": .integer(0)]
    #expect(try OperatorCall("ArgMax", last)(x)[0] == integers([2], [1, 0]))
    let ties = last.merging(["select_last_index": .integer(1)]) { $1 }
    #expect(try OperatorCall("ArgMax", ties)(x)[0] == integers([2], [2, 1]))
    let old = OperatorCall("TopK", version: 9, ["k": .integer(1)], outputCount: 2)
    #expect(try old(x).map(\.values) == [[5, 1], [1, 0]])
    let smallest = OperatorCall(
      "TopK", version: 11, ["largest": .integer(0)], known: [1: .integers(2)], outputCount: 2)
    #expect(try smallest(x).map(\.values) == [[2, 5, 0, 1], [0, 1, 2, 0]])
  }
}
