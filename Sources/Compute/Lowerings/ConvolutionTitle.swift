extension GatherConvolution {
  /// A kernel and all that tells layers apart to it but the number of samples, beyond whether there are few.
  func title(_ kernel: CPUConvolutionKernel) -> String {
    func text(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "x") }
    var words = ["\(kernel.rawValue) \(inputs) to \(outputs) channels", "\(text(image)) to \(text(output))"]
    words.append("kernel \(text(self.kernel))")
    if stride != [1, 1] { words.append("stride \(text(stride))") }
    if inputDilation != [1, 1] { words.append("adjoint of stride \(text(inputDilation))") }
    if dilation != [1, 1] { words.append("dilation \(text(dilation))") }
    if pad != [0, 0] { words.append("padding \(text(pad))") }
    if groups != 1 { words.append("\(groups) groups") }
    if swapsWeight { words.append("weights swapped") }
    if kernel == .tiles { words.append("\(bfloatParts) parts") }
    if samples < Layout.lanes { words.append("few samples") }
    return words.joined(separator: ", ")
  }
}
