import ComputeTestSupport
import Foundation
import SwiftProtobuf

@testable import ONNX

/// One way of spoiling a model, drawn from a seed.
struct ModelMutation {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// The bytes of `model` after something has happened to them.
  mutating func applied(to model: [UInt8]) throws -> [UInt8] {
    if random.chance(0.3) { return damaged(model) }
    var proto = try ModelProto(serializedBytes: model)
    for _ in 0..<Int.random(in: 1...3, using: &random) { spoil(&proto) }
    let bytes: [UInt8] = try proto.serializedBytes()
    return random.chance(0.1) ? damaged(bytes) : bytes
  }

  /// Bytes that are cut short, changed or repeated.
  private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    if random.chance(0.3) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
    guard !bytes.isEmpty else { return bytes }
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    return bytes
  }

  private mutating func spoil(_ proto: inout ModelProto) {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: spoilDimension(&proto.graph)
    case 1: spoilPort(&proto.graph)
    case 2: spoilNumber(&proto.graph)
    case 3: spoilWeight(&proto.graph)
    case 4: rewire(&proto.graph)
    case 5: spoilAttribute(&proto.graph)
    case 6: change(&proto.graph)
    default: remove(&proto.graph)
    }
  }

  private mutating func absurd() -> Int64 {
    let some: [Int64] = [
      0, -1, -2, 1, 2, 3, 7, 255, 65_536, 1 << 26, 1 << 31, (1 << 31) - 1, -(1 << 31), 1 << 40, 1 << 62, .max,
      .min,
    ]
    return some.randomElement(using: &random) ?? 0
  }

  private mutating func spoilDimension(_ graph: inout GraphProto) {
    guard let tensor = graph.initializer.indices.randomElement(using: &random) else { return }
    let value = absurd()
    if let axis = graph.initializer[tensor].dims.indices.randomElement(using: &random), random.chance(0.7) {
      graph.initializer[tensor].dims[axis] = value
    } else {
      graph.initializer[tensor].dims.append(value)
    }
  }

  private mutating func spoilPort(_ graph: inout GraphProto) {
    guard let port = graph.input.indices.randomElement(using: &random) else { return }
    let value = absurd()
    var shape = graph.input[port].type.tensorType.shape
    if let axis = shape.dim.indices.randomElement(using: &random), random.chance(0.8) {
      shape.dim[axis].dimValue = value
    } else {
      shape.dim = []
    }
    graph.input[port].type.tensorType.shape = shape
  }

  /// Numbers that shapes, axes and bounds are made of.
  private mutating func spoilNumber(_ graph: inout GraphProto) {
    let whole = graph.initializer.indices.filter { graph.initializer[$0].dataType == 7 }
    guard let tensor = whole.randomElement(using: &random) else { return }
    let value = absurd()
    var bytes = [UInt8](graph.initializer[tensor].rawData)
    guard bytes.count >= 8 else {
      graph.initializer[tensor].int64Data = graph.initializer[tensor].int64Data.map { _ in value }
      return
    }
    for byte in 0..<8 { bytes[byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
    graph.initializer[tensor].rawData = Data(bytes)
  }

  private mutating func spoilWeight(_ graph: inout GraphProto) {
    let real = graph.initializer.indices.filter { graph.initializer[$0].dataType == 1 }
    guard let tensor = real.randomElement(using: &random) else { return }
    let pattern: Float = [.nan, .infinity, -.infinity, 1e38].randomElement(using: &random) ?? .nan
    var bytes = [UInt8](graph.initializer[tensor].rawData)
    guard bytes.count >= 4 else { return }
    for byte in 0..<4 { bytes[byte] = UInt8(truncatingIfNeeded: pattern.bitPattern >> (8 * byte)) }
    graph.initializer[tensor].rawData = Data(bytes)
  }

  private mutating func rewire(_ graph: inout GraphProto) {
    let names = graph.node.flatMap(\.output) + graph.input.map(\.name) + graph.initializer.map(\.name) + [""]
    guard let node = graph.node.indices.randomElement(using: &random),
      let input = graph.node[node].input.indices.randomElement(using: &random)
    else { return }
    graph.node[node].input[input] = names.randomElement(using: &random) ?? ""
  }

  private mutating func spoilAttribute(_ graph: inout GraphProto) {
    let nodes = graph.node.indices.filter { !graph.node[$0].attribute.isEmpty }
    guard let node = nodes.randomElement(using: &random),
      let index = graph.node[node].attribute.indices.randomElement(using: &random)
    else { return }
    let value = absurd()
    var attribute = graph.node[node].attribute[index]
    if let place = attribute.ints.indices.randomElement(using: &random) {
      attribute.ints[place] = value
    } else {
      attribute.i = value
    }
    if random.chance(0.2) { attribute.ints.append(value) }
    graph.node[node].attribute[index] = attribute
  }

  /// Another operator in the place of one, with its inputs and attributes.
  private mutating func change(_ graph: inout GraphProto) {
    guard let node = graph.node.indices.randomElement(using: &random) else { return }
    graph.node[node].opType = Operator.all.keys.sorted().randomElement(using: &random) ?? "Relu"
  }

  private mutating func remove(_ graph: inout GraphProto) {
    guard let node = graph.node.indices.randomElement(using: &random) else { return }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: graph.node.remove(at: node)
    case 1: graph.node[node].attribute = []
    default: graph.node[node].input = Array(graph.node[node].input.dropLast())
    }
  }
}
