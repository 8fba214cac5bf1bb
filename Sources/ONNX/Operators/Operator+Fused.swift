import ArrayFiles
import Compute

extension Operator {
  /// Operators that onnxruntime's optimiser puts in the place of several, in the domain `com.microsoft`.
  static let fused: [String: Operator] = [
    "Gelu": floating { $0.gelu() },
    "FastGelu": Operator { call in try call.result(call.biased().gelu(.tanh)) },
    "BiasGelu": Operator { call in try call.result(call.biased().gelu()) },
    "QuickGelu": parametric { x, call in swish(x, try call.float("alpha", default: Double(Float(1.702)))) },
    "FusedConv": Operator { call in
      let bias = try call.has(2) ? call.floating(2) : nil
      let product = try call.convolution(call.image(), call.floating(1), bias)
      let sum = try call.has(3) ? product + call.sameShape(3, product) : product
      return try call.result(call.activated(sum))
    },
    "FusedGemm": Operator { call in
      guard let gemm = all["Gemm"] else { throw ImportError("Gemm is missing") }
      return try call.result(call.activated(try gemm.translate(call)[0].tensor))
    },
    "FusedMatMul": Operator { call in
      guard try !call.flag("transBatchA"), try !call.flag("transBatchB") else {
        throw ImportError("attributes 'transBatchA' and 'transBatchB' are not supported")
      }
      let a = try call.turned(call.floating(0), "transA")
      let b = try call.turned(call.floating(1), "transB")
      return try call.result(call.matrixProduct(a, b) * call.float("alpha", default: 1))
    },
    "SimplifiedLayerNormalization": Operator { call in
      let x = try call.floating(0)
      let axis = try call.axis(try call.integer("axis", default: -1), rank: x.rank)
      return try call.result(call.rootMeanSquareNormalized(x, axis, scale: call.floating(1)))
    },
    "SkipLayerNormalization": Operator { call in try call.skipNormalized(isCentred: true) },
    "SkipSimplifiedLayerNormalization": Operator { call in try call.skipNormalized(isCentred: false) },
    "QuantizeLinear": quantization["QuantizeLinear"],
    "DequantizeLinear": quantization["DequantizeLinear"],
  ].compactMapValues { $0 }
}

extension NodeCall {
  /// Input 0 with input 1 added, if there is one.
  fileprivate func biased() throws -> Tensor {
    let x = try floating(0)
    guard has(1) else { return x }
    let bias = try floating(1)
    guard Shape.broadcast(bias.shape, x.shape) == x.shape else {
      throw ImportError("a bias \(bias.shape) does not broadcast to \(x.shape)")
    }
    return x + bias
  }

  fileprivate func sameShape(_ index: Int, _ other: Tensor) throws -> Tensor {
    let x = try floating(index)
    guard x.shape == other.shape else {
      throw ImportError("input \(index) is \(x.shape), not \(other.shape)")
    }
    return x
  }

  fileprivate func turned(_ x: Tensor, _ name: String) throws -> Tensor {
    guard try flag(name), x.rank >= 2 else { return x }
    return x.transposed(Array(0..<(x.rank - 2)) + [x.rank - 1, x.rank - 2])
  }

  /// The function that attribute `activation` names, with its parameters.
  fileprivate func activated(_ x: Tensor) throws -> Tensor {
    let given = try floats("activation_params") ?? []
    let parameters = { (index: Int, name: String, standard: Double) in
      index < given.count ? given[index] : try float(name, default: standard)
    }
    switch try string("activation", default: "") {
    case "": return x
    case "Relu": return x.relu()
    case "Sigmoid": return x.sigmoid()
    case "Tanh": return x.tanh()
    case "LeakyRelu": return x.leakyRelu(slope: try parameters(0, "activation_alpha", 0.01))
    case "Clip":
      let low = try parameters(0, "activation_alpha", -Double(Float.greatestFiniteMagnitude))
      let high = try parameters(1, "activation_beta", Double(Float.greatestFiniteMagnitude))
      return x.clamped(x.scope.full([], low), x.scope.full([], high))
    case "HardSigmoid":
      let (slope, offset) = try (
        parameters(0, "activation_alpha", 0.2), parameters(1, "activation_beta", 0.5)
      )
      return x.hardSigmoid(slope: slope, offset: offset)
    case let other: throw ImportError("the activation '\(other)' is not supported")
    }
  }

  /// The sum of inputs 0 and 1, and a bias, normalised along its last axis and scaled.
  fileprivate func skipNormalized(isCentred: Bool) throws -> [ImportedValue] {
    let x = try floating(0)
    var sum = x + (try sameShape(1, x))
    let biasIndex = isCentred ? 4 : 3
    if has(biasIndex) { sum = sum + (try floating(biasIndex)) }
    let epsilon = try float("epsilon", default: Double(Float(1e-12)))
    let last = x.rank - 1
    let centred = isCentred ? sum - sum.mean([last], keepingAxes: true) : sum
    let mean = (centred * centred).mean([last], keepingAxes: true)
    var result = centred * (mean + epsilon).reciprocalSquareRoot() * (try floating(2))
    if isCentred, has(3) { result = result + (try floating(3)) }
    let element = try element(0)
    // Outputs 1 and 2 are statistics, which only training reads.
    return outputCount > 3
      ? [result, mean, mean, sum].map { ImportedValue($0, element) } : [ImportedValue(result, element)]
  }
}
