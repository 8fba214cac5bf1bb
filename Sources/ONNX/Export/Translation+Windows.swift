import Compute

extension OpenGraph {
  /// A convolution or one of its adjoints.
  func convolution(_ role: Convolution.Role, _ geometry: ConvolutionGeometry, _ id: StepID) -> Match {
    switch role {
    case .output, .image: convolution(role, geometry, id, bias: nil)
    case .weight: weightAdjoint(geometry, id)
    }
  }

  /// A convolution or a transposed one, whose output padding is what the stride leaves open at the end.
  func convolution(
    _ role: Convolution.Role, _ geometry: ConvolutionGeometry, _ id: StepID, bias: StepID?
  ) -> Match {
    let kernel = Array(extents(inputs(id)[1])[2...])
    let taps = kernel.map(\.fixed)
    let outputs = Array(extents(inputs(id)[0])[2...])
    let rest = geometry.rest(outputs: outputs, kernel: kernel, image: Array(extents(id)[2...]))
    return Match(inputs(id) + (bias.map { [$0] } ?? [])) { writer, x in
      role == .output
        ? writer.convolve(x, geometry, kernel: taps)
        : writer.deconvolve(x, geometry, kernel: taps, rest: rest)
    }
  }

  /// The adjoint with respect to the weight: a convolution whose channels are samples and whose kernel is the
  /// output.
  private func weightAdjoint(_ g: ConvolutionGeometry, _ id: StepID) -> Match {
    let (image, output, target) = (extents(inputs(id)[0]), extents(inputs(id)[1]), extents(id))
    let swapped = ConvolutionGeometry(
      stride: g.dilation, low: g.low, high: g.high, dilation: g.stride, groups: g.groups)
    let (groups, channels) = (Extent(g.groups), Extent(image[1].fixed / g.groups))
    let joined = Extent(image[0].fixed * g.groups, perSample: image[0].perSample * g.groups)
    let spatial = Array(image[2...])
    return Match(inputs(id)) { writer, x in
      let grouped = writer.reshape(x[0], from: image, to: [image[0], groups, channels] + spatial)
      let moved = writer.add("Transpose", [grouped], ["perm": .integers([2, 1, 0, 3, 4])])
      let images = writer.reshape(
        moved, from: [channels, groups, image[0]] + spatial, to: [channels, joined] + spatial)
      let kernel = writer.add("Transpose", [x[1]], ["perm": .integers([1, 0, 2, 3])])
      let found = writer.convolve([images, kernel], swapped, kernel: output[2...].map(\.fixed))
      let weight = writer.add("Transpose", [found], ["perm": .integers([1, 0, 2, 3])])
      let start = writer.integers([0, 0], "starts")
      return writer.add(
        "Slice",
        [weight, start, writer.vector(Array(target[2...]), "ends"), writer.integers([2, 3], "axes")])
    }
  }

  /// The largest element of each window of `[M, H, W]`.
  func maximum(_ window: WindowGeometry, _ id: StepID) throws -> Match {
    guard window.fitsPooling else {
      throw ExportError("a max pooling is padded by as much as its window, which ONNX forbids; pad it less")
    }
    return onPlanes(id) { writer, image in writer.maxPool(image, window) }
  }

  /// The sum of each window of `[M, H, W]`, or its adjoint: a convolution, or its adjoint, with a kernel of
  /// ones.
  func windowed(_ window: WindowGeometry, _ id: StepID) -> Match {
    let count = window.extents.reduce(1, *)
    let ones = HostArray(Shape([1, 1] + window.extents), [Float](repeating: 1, count: count))
    let (geometry, isSum) = (window.asConvolution, kind(id) == .windowSum(window))
    let rest = geometry.rest(
      outputs: Array(extents(inputs(id)[0])[1...]), kernel: window.extents.map { Extent($0) },
      image: Array(extents(id)[1...]))
    return onPlanes(id) { writer, image in
      let operands = [image, writer.constant(ones)]
      return isSum
        ? writer.convolve(operands, geometry, kernel: window.extents)
        : writer.deconvolve(operands, geometry, kernel: window.extents, rest: rest)
    }
  }

  /// An operator on `[M, 1, H, W]` applied to the `[M, H, W]` that step `id` takes.
  private func onPlanes(
    _ id: StepID, _ write: @escaping (inout GraphWriter, String) -> String
  ) -> Match {
    func image(_ planes: [Extent]) -> [Extent] { [planes[0], .one] + planes[1...] }
    let (source, target) = (extents(inputs(id)[0]), extents(id))
    return Match(inputs(id)) { writer, x in
      let result = write(&writer, writer.reshape(x[0], from: source, to: image(source)))
      return writer.reshape(result, from: image(target), to: target)
    }
  }
}
