import ArrayFiles
import Compute
import ComputeTestSupport
import Testing

@testable import ONNX

/// Convolutions, pools and resampling: derivatives equal difference quotients, and batches agree with single
/// samples.
@Suite struct SpatialLawTests {
  @Test(arguments: convolutions + pools + resamplings) func obeysTheLaws(
    _ sample: PrimitiveSample
  ) async throws {
    try await checkPrimitive(sample)
  }

  private static let convolutions: [PrimitiveSample] = [
    OperatorCall(
      "Conv", ["pads": .integers([2, 1]), "strides": .integers([2]), "dilations": .integers([2])]
    )
    .sample("Conv in 1-D", [.smooth([2, 2, 6]), .smooth([3, 2, 2]), .smooth([3])]),
    OperatorCall("Conv", ["pads": .integers([1, 0, 0, 2]), "group": .integer(2)])
      .sample("Conv in groups", [.smooth([1, 4, 3, 3]), .smooth([2, 2, 2, 2])]),
    OperatorCall("Conv", ["pads": .integers([-1, 0, 1, 0]), "strides": .integers([2, 1])])
      .sample("Conv of a cut image", [.smooth([1, 1, 5, 3]), .smooth([1, 1, 2, 2])]),
    OperatorCall(
      "Conv",
      [
        "pads": .integers([1, 0, 1, 0, 1, 0]), "strides": .integers([2, 1, 1]),
        "dilations": .integers([1, 2, 1]),
        "group": .integer(2),
      ]
    ).sample("Conv in 3-D", [.smooth([1, 2, 3, 4, 2]), .smooth([2, 1, 2, 2, 2]), .smooth([2])]),
    OperatorCall("ConvTranspose", ["strides": .integers([2]), "output_padding": .integers([1])])
      .sample("ConvTranspose in 1-D", [.smooth([2, 2, 3]), .smooth([2, 2, 2]), .smooth([2])]),
    OperatorCall("ConvTranspose", ["pads": .integers([1, 0, 0, 1]), "group": .integer(2)])
      .sample("ConvTranspose in groups", [.smooth([1, 2, 3, 2]), .smooth([2, 2, 2, 2])]),
    OperatorCall(
      "ConvTranspose",
      ["strides": .integers([2, 1, 2]), "pads": .integers([1, 0, 0, 0, 1, 0]), "group": .integer(2)]
    ).sample("ConvTranspose in 3-D", [.smooth([1, 2, 2, 3, 2]), .smooth([2, 1, 2, 2, 2])]),
  ]

  private static let pools: [PrimitiveSample] = [
    OperatorCall(
      "MaxPool", ["kernel_shape": .integers([2]), "ceil_mode": .integer(1), "strides": .integers([2])]
    )
    .sample("MaxPool in 1-D", [.separated([2, 2, 5])]),
    OperatorCall("MaxPool", ["kernel_shape": .integers([3, 2]), "pads": .integers([1, 1, 1, 0])])
      .sample("MaxPool with padding", [.separated([1, 2, 3, 3])]),
    OperatorCall("MaxPool", ["kernel_shape": .integers([2, 2, 2]), "strides": .integers([1, 2, 1])])
      .sample("MaxPool in 3-D", [.separated([1, 1, 3, 4, 3])]),
    OperatorCall(
      "AveragePool",
      [
        "kernel_shape": .integers([2, 3]), "pads": .integers([1, 0, 0, 1]), "ceil_mode": .integer(1),
        "strides": .integers([2, 2]),
      ]
    ).sample("AveragePool with padding", [.smooth([1, 2, 4, 5])]),
    OperatorCall(
      "AveragePool", version: 19, ["kernel_shape": .integers([2, 2, 1]), "dilations": .integers([2, 1, 1])]
    )
    .sample("AveragePool in 3-D", [.smooth([1, 1, 4, 3, 2])]),
    OperatorCall("LpPool", ["kernel_shape": .integers([2, 2]), "p": .integer(3)])
      .sample("LpPool", [SampleInput([1, 1, 3, 3], .avoiding([0], -1.5...1.5))]),
    OperatorCall("GlobalMaxPool").sample("GlobalMaxPool", [.separated([2, 2, 3])]),
    OperatorCall("GlobalAveragePool").sample("GlobalAveragePool", [.smooth([2, 2, 2, 2, 2])]),
  ]

  private static let resamplings: [PrimitiveSample] =
    [
      ("linear", "half_pixel", 18, true), ("cubic", "align_corners", 13, false),
      ("nearest", "asymmetric", 11, false),
    ].map { mode, coordinates, version, antialias in
      var attributes: [String: NodeAttribute] = [
        "mode": .string(mode), "coordinate_transformation_mode": .string(coordinates),
      ]
      if antialias { attributes["antialias"] = .integer(1) }
      return OperatorCall(
        "Resize", version: version, attributes, known: [3: .integers(1, 2, 2, 7)], omitted: [1, 2]
      ).sample("Resize, \(mode), \(coordinates)", [.smooth([1, 2, 4, 3])])
    } + [
      OperatorCall("DepthToSpace", ["blocksize": .integer(2)]).sample(
        "DepthToSpace", [.smooth([1, 8, 1, 2])]),
      OperatorCall("SpaceToDepth", ["blocksize": .integer(2)]).sample(
        "SpaceToDepth", [.smooth([1, 1, 4, 2])]),
    ]
}
