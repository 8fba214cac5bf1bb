/// A convolution of images, or one of its two adjoints.
///
/// One trilinear form, `sum over n, o, p, c, k of image[n, c, p · stride + k · dilation − low] · weight[o, c, k] ·
/// output[n, o, p]`, has three derivatives: with respect to the output it is the convolution, with respect to the
/// image and to the weight its adjoints. Each takes the two factors that are left, so the derivatives of
/// each are the others, and the set is closed at any order.
public struct Convolution: Primitive {
  /// The name in printed and saved graphs.
  public static let name = "convolution"

  /// Which factor of the trilinear form is computed.
  public enum Role: String, Hashable, Sendable, Codable {
    /// From image `[N, C, H, W]` and weight `[O, C/groups, KH, KW]`: the convolution `[N, O, OH, OW]`.
    case output
    /// From output `[N, O, OH, OW]` and weight: the adjoint `[N, C, H, W]`.
    case image
    /// From image and output: the adjoint `[O, C/groups, KH, KW]`.
    case weight
  }

  /// Which factor is computed.
  public let role: Role
  /// How the kernel moves.
  public let geometry: ConvolutionGeometry
  /// The spatial extents that the inputs leave open: H, W for the image, KH, KW for the weight; else empty.
  public let extents: [Int]
  /// Whether equal patches of an image must give equal bits wherever they lie; found when a plan is made.
  var preservesTies = false

  private enum CodingKeys: String, CodingKey { case role, geometry, extents }

  init(role: Role, geometry: ConvolutionGeometry, extents: [Int]) {
    self.role = role
    self.geometry = geometry
    self.extents = extents
  }

  /// Two.
  public var inputCount: Int? { 2 }

  /// The type of the missing factor.
  public func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] {
    try geometry.validate()
    guard inputs.allSatisfy({ $0.shape.rank == 4 && $0.element == .float32 }) else {
      throw TypeMismatch("float32 tensors with four axes are needed")
    }
    guard extents.count == (role == .output ? 0 : 2) else {
      throw TypeMismatch("two extents belong to an adjoint, none to a convolution")
    }
    let (first, second) = (inputs[0].shape, inputs[1].shape)
    switch role {
    case .output: return [TensorType(try outputShape(image: first, weight: second))]
    case .image:
      let image: Shape = [first[0], second[1] * geometry.groups, extents[0], extents[1]]
      guard try outputShape(image: image, weight: second) == first else {
        throw TypeMismatch("\(first) is not the result for an image \(image)")
      }
      return [TensorType(image)]
    case .weight:
      let weight: Shape = [second[1], first[1] / geometry.groups, extents[0], extents[1]]
      guard try outputShape(image: first, weight: weight) == second else {
        throw TypeMismatch("\(second) is not the result for a weight \(weight)")
      }
      return [TensorType(weight)]
    }
  }

  private func outputShape(image: Shape, weight: Shape) throws(TypeMismatch) -> Shape {
    let groups = geometry.groups
    guard image[1] == weight[1] * groups else {
      throw TypeMismatch(
        "\(image[1]) channels do not match a weight for \(weight[1] * groups) in \(groups) groups")
    }
    guard weight[0] % groups == 0 else {
      throw TypeMismatch("\(weight[0]) output channels do not split into \(groups) groups")
    }
    guard let height = geometry.outputExtent(0, image: image[2], kernel: weight[2]),
      let width = geometry.outputExtent(1, image: image[3], kernel: weight[3])
    else {
      throw TypeMismatch("a \(weight[2]) by \(weight[3]) kernel does not fit the padded image \(image)")
    }
    return [image[0], weight[0], height, width]
  }

  private func computing(_ role: Role, _ extents: [Int] = []) -> Convolution {
    Convolution(role: role, geometry: geometry, extents: extents)
  }

  /// The two other factors' roles.
  public func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let builder = cotangent.builder
    let (a, b) = (inputs[0], inputs[1])
    let (spatialA, spatialB) = (Array(a.shape.extents[2...]), Array(b.shape.extents[2...]))
    switch role {
    case .output:
      return [
        builder.add(computing(.image, spatialA), [cotangent, b]),
        builder.add(computing(.weight, spatialB), [a, cotangent]),
      ]
    case .image:
      return [
        builder.add(computing(.output), [cotangent, b]),
        builder.add(computing(.weight, spatialB), [cotangent, a]),
      ]
    case .weight:
      return [
        builder.add(computing(.image, spatialA), [b, cotangent]),
        builder.add(computing(.output), [a, cotangent]),
      ]
    }
  }

  /// Samples join samples; batched weights become groups.
  public func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let extent = batchExtent(inputs, isBatched)
    if role != .weight, !isBatched[1] {
      let merged = inputs[0].mergingBatch(into: 0)
      return merged.builder.add(self, [merged, inputs[1]]).splittingBatch(extent, from: 0)
    }
    return role == .weight
      ? batchedWeight(inputs, isBatched, extent) : batchedGroups(inputs, isBatched, extent)
  }

  private func grouped(_ groups: Int) -> Convolution {
    var wider = geometry
    wider.groups *= groups
    return Convolution(role: role, geometry: wider, extents: extents)
  }

  /// A weight for each member of the batch.
  private func batchedGroups(_ inputs: [Tensor], _ isBatched: [Bool], _ extent: Int) -> Tensor {
    let builder = inputs[0].builder
    let weights = inputs[1].mergingBatch(into: 0)
    if role == .output, !isBatched[0], geometry.groups == 1 {
      return builder.add(self, [inputs[0], weights]).splittingBatch(extent, from: 1)
    }
    let images = alignedBatch(inputs, isBatched)[0].mergingBatch(into: 1)
    return builder.add(grouped(extent), [images, weights]).splittingBatch(extent, from: 1)
  }

  private func batchedWeight(_ inputs: [Tensor], _ isBatched: [Bool], _ extent: Int) -> Tensor {
    let builder = inputs[0].builder
    if !isBatched[0], geometry.groups == 1 {
      return builder.add(self, [inputs[0], inputs[1].mergingBatch(into: 1)]).splittingBatch(extent, from: 0)
    }
    let merged = alignedBatch(inputs, isBatched).map { $0.mergingBatch(into: 1) }
    return builder.add(grouped(extent), merged).splittingBatch(extent, from: 0)
  }

  /// Sums the trilinear form in double precision.
  public func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    guard let type = try? resultTypes(inputs.map(\.type))[0] else {
      preconditionFailure("types were checked")
    }
    let (first, second) = (inputs[0].shape, inputs[1].shape)
    let (a, b) = (inputs[0].values, inputs[1].values)
    var sums = [Double](repeating: 0, count: type.shape.count)
    switch role {
    case .output: forEachTerm(first, second, type.shape) { i, w, o in sums[o] += a[i] * b[w] }
    case .image: forEachTerm(type.shape, second, first) { i, w, o in sums[i] += a[o] * b[w] }
    case .weight: forEachTerm(first, type.shape, second) { i, w, o in sums[w] += a[i] * b[o] }
    }
    return [ReferenceArray(type, sums)]
  }

  /// Calls `body` with the positions of the three factors of every term.
  ///
  /// Half the time of tests is spent here, so extents are numbers at hand and the body is written out.
  @inline(__always)
  private func forEachTerm(
    _ image: Shape, _ weight: Shape, _ output: Shape,
    _ body: (_ image: Int, _ weight: Int, _ output: Int) -> Void
  ) {
    let (channels, height, width) = (image[1], image[2], image[3])
    let (depth, rows, columns) = (weight[1], weight[2], weight[3])
    let (strides, dilations, low) = (geometry.stride, geometry.dilation, geometry.low)
    let (dy, dx) = (dilations[0], dilations[1])
    let outputsPerGroup = max(1, weight[0] / geometry.groups)
    var o = 0
    for n in 0..<output[0] {
      for k in 0..<output[1] {
        let firstChannel = n * channels + k / outputsPerGroup * depth
        for v in 0..<output[2] {
          let top = v * strides[0] - low[0]
          for u in 0..<output[3] {
            let left = u * strides[1] - low[1]
            for c in 0..<depth {
              for ky in 0..<rows {
                let y = top + ky * dy
                guard y >= 0, y < height else { continue }
                let line = ((firstChannel + c) * height + y) * width
                let row = ((k * depth + c) * rows + ky) * columns
                for kx in 0..<columns {
                  let x = left + kx * dx
                  guard x >= 0, x < width else { continue }
                  body(line + x, row + kx, o)
                }
              }
            }
            o += 1
          }
        }
      }
    }
  }
}

extension Tensor {
  /// The batch axis in front joined with the axis that is `axis` without it, as its slower part.
  func mergingBatch(into axis: Int) -> Tensor {
    var order = Array(1..<rank)
    order.insert(0, at: axis)
    let moved = axis == 0 ? self : transposed(order)
    var extents = moved.shape.extents
    extents[axis] *= extents.remove(at: axis + 1)
    return moved.reshaped(Shape(extents))
  }

  /// The opposite of ``mergingBatch(into:)``: the slower part of `axis`, of this extent, as an axis in front.
  func splittingBatch(_ extent: Int, from axis: Int) -> Tensor {
    var extents = shape.extents
    extents[axis] /= Swift.max(1, extent)
    extents.insert(extent, at: axis)
    let split = reshaped(Shape(extents))
    guard axis > 0 else { return split }
    var order = Array(0..<split.rank)
    order.remove(at: axis)
    return split.transposed([axis] + order)
  }
}
