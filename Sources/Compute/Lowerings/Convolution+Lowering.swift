/// What is done to a convolution's result before it is stored: the inputs of the node that hold each part.
struct Epilogue: Hashable, Sendable, Codable {
  /// The input that holds a bias, one element a channel.
  var bias: Int?
  /// The input that holds a tensor of the result's shape, which is added.
  var residual: Int?
  /// Whether negative values become 0.
  var appliesReLU = false
  /// Whether result 1 is where the stored value exceeds 0.
  var savesMask = false
  /// The input that says where values are kept; elsewhere they become 0.
  ///
  /// It may hold fewer samples, which repeat.
  var mask: Int?

  /// The bits of the kernels' `flags` argument.
  var flags: Int {
    (bias == nil ? 0 : 1) + (residual == nil ? 0 : 2) + (appliesReLU ? 4 : 0) + (savesMask ? 8 : 0)
      + (mask == nil ? 0 : 16)
  }
}

extension Convolution {
  /// One launch for the images, with a packing of the weights that is kept between runs where they are.
  public func lower(_ lowering: inout Lowering) {
    if lowering.sumsExactly { return lowerExactly(&lowering) }
    switch (role, lowering.family) {
    case (.weight, .cpu): lowerWeightCPU(&lowering)
    case (.weight, .gpu): lowerWeightGPU(&lowering)
    case (_, .cpu): lowerImages(&lowering, Epilogue())
    case (_, .gpu): lowerImagesGPU(&lowering, Epilogue())
    }
  }

  func lowerImages(_ lowering: inout Lowering, _ epilogue: Epilogue) {
    let shape = GatherConvolution(
      self, input: lowering.type(0).shape, weight: lowering.type(1).shape, result: lowering.types[0].shape,
      options: lowering.planner.options)
    guard lowering.types[0].shape.count > 0 else { return lowering.fillEmpty() }
    let kernel = shape.cpuKernel(within: lowering.limits)
    lowering.because(shape.reason(for: kernel))
    let inputLayout = kernel.inputLayout(shape.inputs)
    let outputLayout = kernel.outputLayout(shape.outputs)
    var call = ConvolutionCall(shape: shape, epilogue: epilogue)
    call.x = lowering.buffer(0, inputLayout)
    call.weights = lowering.packedWeights(shape, kernel)
    call.bias = epilogue.bias.map { lowering.padded($0, shape.outputs) }
    call.residual = epilogue.residual.map { lowering.buffer($0, outputLayout) }
    if let mask = epilogue.mask {
      call.maskIn = lowering.bits(mask, outputLayout)
      call.maskBatch = lowering.type(mask).shape[0]
    }
    call.y = lowering.result(0, outputLayout)
    if epilogue.savesMask { call.maskOut = lowering.result(1, outputLayout, as: .bit) }
    call.launch(kernel, &lowering)
    if !lowering.planner.options.contains(.layoutChoice) { lowering.makeDense(0) }
  }
}
