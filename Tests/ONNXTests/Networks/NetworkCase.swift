import ArrayFiles
import Compute
import Foundation
import Networks
import ONNX

/// A network of the shared data with images and what it should answer, computed in double precision by others.
struct NetworkCase: Sendable, CustomStringConvertible {
  let name: String
  var description: String { name }

  static let all: [NetworkCase] =
    SharedData.contents(SharedData.folder.appending(path: "models")).filter { $0.pathExtension == "onnx" }.map
  {
    NetworkCase(name: $0.deletingPathExtension().lastPathComponent)
  }

  /// Networks for which float32 does not suffice for all samples, and why.
  static let nearTies = [
    "advertorch_mnist_lenet5_advtrained":
      "elements of one pooling window differ by 4e-8, less than float32 tells apart at 0.87, in any order of summation"
  ]

  func model() throws -> ONNXModel {
    try ONNXModel(contentsOf: SharedData.folder.appending(path: "models/\(name).onnx").path)
  }

  func golden() throws -> NPZArchive {
    try NPZArchive(SharedData.folder.appending(path: "golden/\(name).npz").path)
  }

  /// Logits and, if there are labels to go with them, the input gradient of the summed cross-entropies.
  static func answers(_ model: Model, images: Shape, labels: HostArray?) throws -> Graph {
    try Graph { scope in
      let network = model.bound(in: scope)
      let images = scope.input("images", images)
      let logits = network(images)
      guard let labels else { return [logits] }
      let loss = logits.crossEntropy(scope.constant(labels)).sum()
      return [logits, loss.gradient(withRespectTo: images)]
    }
  }

  /// The Jacobian `[N, K, ...]`.
  static func jacobian(_ model: Model, images: Shape) throws -> Graph {
    try Graph { scope in
      let network = model.bound(in: scope)
      let images = scope.input("images", images)
      return [network(images).jacobian(withRespectTo: images)]
    }
  }
}

/// The largest difference relative to the largest magnitude.
func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  guard found.count == expected.count, !expected.isEmpty else { return .infinity }
  let difference = zip(found, expected).map { abs(Double($0) - Double($1)) }
  guard difference.allSatisfy(\.isFinite) else { return .infinity }
  let scale = expected.map { abs(Double($0)) }.max() ?? 0
  return (difference.max() ?? 0) / max(scale, .leastNormalMagnitude)
}
