import ArrayFiles
import Compute
import Testing

@testable import ONNX

/// Cases small enough to check by hand, above all where a version of the operator set changed a meaning.
@Suite struct SpatialVersionTests {
  @Test func padsByItself() throws {
    // Three outputs of stride 2 over 5 elements need one element of padding for a kernel of 2.
    let ones = floats([1, 1, 2], [1, 1])
    for (padding, expected) in [("SAME_UPPER", [3.0, 7, 5]), ("SAME_LOWER", [1, 5, 9]), ("VALID", [3, 7])] {
      let call = OperatorCall("Conv", ["auto_pad": .string(padding), "strides": .integers([2])])
      #expect(try call(floats([1, 1, 5], [1, 2, 3, 4, 5]), ones)[0].values == expected, "\(padding)")
    }
  }

  @Test func transposedConvolutionUndoesShapes() throws {
    let (image, ones) = (floats([1, 1, 2], [1, 2]), floats([1, 1, 3], [1, 1, 1]))
    let spread = { (attributes: [String: NodeAttribute]) in
      try OperatorCall("ConvTranspose", attributes.merging(["strides": .integers([2])]) { $1 })(image, ones)[
        0
      ].values
    }
    #expect(try spread([:]) == [1, 1, 3, 2, 2])
    #expect(try spread(["pads": .integers([1, 0])]) == [1, 3, 2, 2])
    #expect(try spread(["output_padding": .integers([1])]) == [1, 1, 3, 2, 2, 0])
    #expect(try spread(["auto_pad": .string("SAME_UPPER")]) == [1, 1, 3, 2])
    #expect(try spread(["auto_pad": .string("SAME_LOWER")]) == [1, 3, 2, 2])
    #expect(try spread(["output_shape": .integers([4])]) == [1, 3, 2, 2])
  }

  @Test func paddingIsNoMaximum() throws {
    let call = OperatorCall("MaxPool", ["kernel_shape": .integers([2]), "pads": .integers([1, 1])])
    #expect(try call(floats([1, 1, 3], [-3, -1, -2]))[0].values == [-3, -1, -1, -2])
  }

  @Test func aWindowThatStartsInThePaddingIsLeftOut() throws {
    let attributes: [String: NodeAttribute] = [
      "kernel_shape": .integers([1]), "strides": .integers([2]), "ceil_mode": .integer(1),
    ]
    #expect(try OperatorCall("MaxPool", attributes)(floats([1, 1, 4], [1, 2, 3, 4]))[0].values == [1, 3])
  }

  @Test func averagesCountThePaddingThatIsAskedFor() throws {
    var attributes: [String: NodeAttribute] = [
      "kernel_shape": .integers([2]), "strides": .integers([2]), "pads": .integers([1, 0]),
      "ceil_mode": .integer(1),
    ]
    let image = floats([1, 1, 4], [1, 1, 1, 1])
    #expect(try OperatorCall("AveragePool", attributes)(image)[0].values == [1, 1, 1])
    attributes["count_include_pad"] = .integer(1)
    // The last window reaches one element beyond image and padding, which nobody asked for.
    let found = try OperatorCall("AveragePool", attributes)(image)[0].values
    #expect(zip(found, [0.5, 1, 1]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(found)")
  }

  @Test func indicesCountOverTheWholeTensor() throws {
    var call = OperatorCall(
      "MaxPool", ["kernel_shape": .integers([2, 2]), "strides": .integers([2, 1])], outputCount: 2)
    let image = floats([1, 2, 2, 3], [1, 5, 2, 4, 0, 6, 9, 1, 1, 1, 1, 9])
    #expect(try call(image).map(\.values) == [[5, 6, 9, 9], [1, 5, 6, 11]])
    call.attributes["storage_order"] = .integer(1)
    #expect(try call(image)[1].values == [2, 5, 6, 11])
  }

  @Test func resizesAsEachVersionSays() throws {
    let image = floats([1, 1, 1, 4], [1, 2, 3, 4])
    let scales = StoredArray(shape: [4], doubles: [1, 1, 1, 0.6], as: .float32)
    #expect(try OperatorCall("Resize", version: 10, known: [1: scales])(image)[0].values == [1, 3])
    let grown = StoredArray(shape: [4], doubles: [1, 1, 1, 2], as: .float32)
    let linear: [String: NodeAttribute] = ["mode": .string("linear")]
    #expect(
      try OperatorCall("Upsample", version: 9, linear, known: [1: grown])(image)[0].values
        == [1, 1.5, 2, 2.5, 3, 3.5, 4, 4])
    let half = try OperatorCall("Resize", version: 11, linear, known: [2: grown], omitted: [1])(image)[0]
      .values
    #expect(half == [1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4])
    let ratio = OperatorCall(
      "Resize", version: 18, ["keep_aspect_ratio_policy": .string("not_larger"), "axes": .integers([2, 3])],
      known: [3: .integers(2, 6)], omitted: [1, 2])
    #expect(try ratio(image)[0].shape == [1, 1, 2, 6])
  }

  @Test func nearestRoundsAsAskedFor() throws {
    let image = floats([1, 1, 1, 2], [1, 2])
    for (rounding, expected) in [
      ("round_prefer_floor", [1.0, 1, 2, 2]), ("round_prefer_ceil", [1, 2, 2, 2]), ("floor", [1, 1, 2, 2]),
      ("ceil", [1, 2, 2, 2]),
    ] {
      let call = OperatorCall(
        "Resize",
        ["coordinate_transformation_mode": .string("asymmetric"), "nearest_mode": .string(rounding)],
        known: [3: .integers(1, 1, 1, 4)], omitted: [1, 2])
      #expect(try call(image)[0].values == expected, "\(rounding)")
    }
  }
}
