import Compute

/// How an operator is translated into tensors.
///
/// The translation is called with symbols; when all inputs are known while tracing, the importer calls it in a graph of its
/// own and interprets that, so that shape computations need no second implementation.
struct Operator: Sendable {
  typealias Translation = @Sendable (NodeCall) throws -> [ImportedValue]
  let translate: Translation
  init(_ translate: @escaping Translation) { self.translate = translate }
}

extension Operator {
  /// Every operator that is understood, by its name in ONNX.
  static let all: [String: Operator] = [
    elementwise, activations, arithmetic, power, comparison, casts, softmax, reductions, ordering,
    shapes, structure, slice, padding, indexing, scatter, generation, diagonals, identity, einsum,
    convolution, pooling, products, normalization, resizing, blocks, recurrent, bitwise, sampling, attention,
    quantization, integerProducts, folding, fourier, sequences, random,
  ].reduce(into: [:]) { all, family in
    all.merge(family) { _, _ in preconditionFailure("an operator is defined twice") }
  }
}

extension Operator {
  /// The operator of this name and domain, if it is understood.
  static func named(_ name: String, domain: String) -> Operator? {
    switch domain {
    // onnxruntime's optimiser writes this one without its domain.
    case "" where name == "SimplifiedLayerNormalization": fused[name]
    case "": all[name]
    case "com.microsoft": fused[name]
    default: nil
    }
  }

  /// What to do about an operator that is not understood.
  static func advice(_ name: String, domain: String) -> String {
    switch domain {
    case "": adviceForStandard(name)
    case "com.microsoft" where name.hasPrefix("QLinear"):
      "this operator computes with quantised integers; quantise the model with QuantFormat.QDQ"
    case "com.microsoft":
      "onnxruntime's optimiser writes this operator; save the model as it was before it was optimised, or with "
        + "graph_optimization_level ORT_DISABLE_ALL"
    case "ai.onnx.ml":
      "operators of ai.onnx.ml (trees, tables, texts) have no useful derivative and are not supported; cut the model "
        + "before this node"
    default:
      "the domain '\(domain)' is not known; export with the operator written as a function of the file, or without it"
    }
  }

  private static func adviceForStandard(_ name: String) -> String {
    if name.contains("Sequence") || name.contains("Optional") || name == "ConcatFromSequence" {
      return "sequences and optional values are not supported; export the model with tensors alone"
    }
    if name.hasPrefix("String") || name.hasPrefix("Regex") || name == "TfIdfVectorizer" {
      return "texts are not supported; cut the model behind this node"
    }
    switch name {
    case "NonMaxSuppression", "NonZero", "Unique":
      return
        "its shape depends on the values of its input, which no compiled graph has; cut the model before this node"
    case "ImageDecoder":
      return "files are decoded before the model; give it pixels, and cut the model behind this node"
    case "Compress":
      return "only a condition that is known while tracing is supported"
    default:
      return
        "there is no such operator here; export the model without it, or with the operator written as a function "
        + "of other operators"
    }
  }
}
