public import Compute

/// Checks that the gradient of a network with max pools is the interpreter's where an image is flat.
///
/// All values of a window are equal there, and the derivative belongs to the first: a convolution that rounds by place
/// would send it elsewhere.
///
/// - Throws: A ``CheckFailure`` with the error.
public func checkTies(on device: any Device, tolerance: Double = 1e-5) async throws {
  let graph = try Graph { scope in
    let image = scope.input("image", [2, 1, 24, 24])
    var x = image
    for (name, width) in [("first", 16), ("second", 32), ("third", 32)] {
      let weight = scope[name].parameter("weight", [width, x.shape[1], 3, 3])
      let bias = scope[name].parameter("bias", [width])
      x = (x.convolved(weight, padding: 1) + bias.reshaped([1, width, 1, 1])).relu()
      if name != "first" { x = x.maxPooled(WindowGeometry([2, 2])) }
    }
    let weights = scope.parameter("head", [1, 32, 6, 6])
    return [(x * weights).sum().gradient(withRespectTo: image)]
  }
  var arguments = ReferenceModel.arguments(for: graph, seed: 5)
  var generator = SeededGenerator(seed: 6)
  let strokes = (0..<2 * 24 * 24).map { index -> Float in
    (8..<12).contains(index % 24) ? Float(generator.number(in: 0...1)) : 0
  }
  arguments["image"] = HostArray([2, 1, 24, 24], strokes)
  let expected = try graph.interpret(arguments.mapValues { ReferenceArray($0) })[0]
  let weights = try Weights(arguments.filter { $0.key != "image" }, on: device)
  var executable = try Executable(graph, on: device)
  let images = arguments.filter { $0.key == "image" }
  let error = relativeError(try await executable.run(images, reading: weights)[0], expected)
  guard error <= tolerance else {
    throw CheckFailure("the gradient of flat regions on \(device.name) is off by \(error)")
  }
}
