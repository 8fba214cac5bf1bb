extension MatrixMultiply { func lowerGPU(_ lowering: inout Lowering) { preconditionFailure() } }
extension Convolution {
  func lowerWeightGPU(_ lowering: inout Lowering) { preconditionFailure() }
  func lowerImagesGPU(_ lowering: inout Lowering, _ epilogue: Epilogue) { preconditionFailure() }
}
