import Compute

/// The index of a step in its list; operands always have smaller ones.
typealias StepID = Int

/// One step of a model in the terms of the exporter: no loops, nothing that is defined by other operations.
struct Step: Hashable {
  /// What is computed, apart from the extents, which the type states.
  enum Kind: Hashable {
    case input(String)
    case parameter(String)
    /// A number for all elements, as a scalar, or the elements one by one.
    case constant(Constant)
    case map(ScalarFunction)
    case cast
    /// Elements that count up from 0 along the first axis; the others have extents of 1.
    case iota
    case reshape
    /// As in ONNX: axes are aligned at the innermost one, and the operand may have fewer.
    case broadcast
    case transpose([Int])
    case slice(starts: [Int], steps: [Int])
    case reverse([Int])
    case pad(Pad)
    case concatenate(axis: Int)
    case gather
    case scatterAdd
    case reduce(Fold, [Int])
    case argument(ArgumentReduce)
    case cumulativeSum(CumulativeSum)
    case top(TopK)
    case matrixMultiply
    case convolution(Convolution.Role, ConvolutionGeometry)
    /// The largest element of each window of `[M, H, W]`.
    case windowMaximum(WindowGeometry)
    case windowSum(WindowGeometry)
    case windowSpread(WindowGeometry)
  }

  let kind: Kind
  let inputs: [StepID]
  let type: OpenType
}

extension Step.Kind {
  /// The step for an operation, or nil for one that is written in others or in another form.
  init?(_ operation: any Operation) {
    switch operation {
    case let operation as Elementwise: self = .map(operation.function)
    case is Cast: self = .cast
    case is Reshape: self = .reshape
    case is Broadcast: self = .broadcast
    case let operation as Transpose: self = .transpose(operation.permutation)
    case let operation as Slice: self = .slice(starts: operation.starts, steps: operation.steps)
    case let operation as Reverse: self = .reverse(operation.axes)
    case let operation as Pad: self = .pad(operation)
    case let operation as Concatenate: self = .concatenate(axis: operation.axis)
    case is Gather: self = .gather
    case is ScatterAdd: self = .scatterAdd
    case let operation as Reduce: self = .reduce(operation.fold, operation.axes)
    case let operation as ArgumentReduce: self = .argument(operation)
    case let operation as CumulativeSum: self = .cumulativeSum(operation)
    case let operation as TopK: self = .top(operation)
    case is MatrixMultiply: self = .matrixMultiply
    case let operation as Convolution: self = .convolution(operation.role, operation.geometry)
    case let operation as WindowSum: self = .windowSum(operation.window)
    case let operation as WindowSpread: self = .windowSpread(operation.window)
    default: return nil
    }
  }
}
