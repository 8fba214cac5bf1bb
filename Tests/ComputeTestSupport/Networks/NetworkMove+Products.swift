import Compute

extension NetworkMove {
  /// Products along one axis, as resizing is one.
  static let products: [NetworkMove] = [
    NetworkMove("bilinear resize by products") { x, draw in
      let extents = [draw.pick([x.shape[2], 2 * x.shape[2], 16]), draw.pick([2 * x.shape[3], 16, 32])]
      guard draw.allows(x.shape[1], extents[0], extents[1]) else { return nil }
      let wide = x.matmul(x.scope.constant(interpolation(x.shape[3], extents[1])))
      let tall = x.scope.constant(interpolation(x.shape[2], extents[0]))
      return wide.transposed([0, 1, 3, 2]).matmul(tall).transposed([0, 1, 3, 2])
    },
    NetworkMove("bilinear resize") { x, draw in
      let extents = [draw.int(5...20), draw.int(5...20)]
      guard draw.allows(x.shape[1], extents[0], extents[1]) else { return nil }
      return x.interpolated(to: extents, mode: .bilinear(alignCorners: draw.int(0...1) == 0))
    },
    NetworkMove("nearest resize") { x, draw in
      let extents = [2 * x.shape[2], 2 * x.shape[3]]
      guard draw.allows(x.shape[1], extents[0], extents[1]) else { return nil }
      return x.interpolated(to: extents, mode: .nearest)
    },
    NetworkMove("product along rows") { x, draw in
      let width = draw.pick([x.shape[3], 7, 16, 32])
      guard draw.allows(x.shape[1], x.shape[2], width) else { return nil }
      return x.matmul(draw.weight([x.shape[3], width]))
    },
    NetworkMove("product along columns") { x, draw in
      let height = draw.pick([x.shape[2], 6, 16])
      guard draw.allows(x.shape[1], height, x.shape[3]) else { return nil }
      return draw.weight([height, x.shape[2]]).matmul(x)
    },
    NetworkMove("product along channels") { x, draw in
      let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
      let o = draw.channels(h * w)
      let tokens = x.transposed([0, 2, 3, 1]).reshaped([n, h * w, c])
      let mixed = tokens.matmul(draw.weight([c, o])) + draw.bias([o])
      return mixed.reshaped([n, h, w, o]).transposed([0, 3, 1, 2])
    },
    NetworkMove("product with a bias and relu") { x, draw in
      let width = draw.pick([16, 32])
      guard draw.allows(x.shape[1], x.shape[2], width) else { return nil }
      return (x.matmul(draw.weight([x.shape[3], width])) + draw.bias([width])).relu()
    },
    NetworkMove("attention") { x, draw in
      let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
      guard h * w <= 144 else { return nil }
      let tokens = x.reshaped([n, c, h * w]).transposed([0, 2, 1])
      let scores = tokens.matmul(tokens.transposed([0, 2, 1])) / Double(c).squareRoot()
      let mixed = scores.softmax().matmul(tokens).transposed([0, 2, 1]).reshaped(x.shape)
      return x * 0.5 + mixed
    },
  ]

  /// Weights of linear interpolation from `input` to `output` places, `[input, output]`.
  private static func interpolation(_ input: Int, _ output: Int) -> HostArray {
    var matrix = [Float](repeating: 0, count: input * output)
    for place in 0..<output {
      let source = (Double(place) + 0.5) * Double(input) / Double(output) - 0.5
      let low = source.rounded(.down)
      for (element, weight) in [(low, 1 - (source - low)), (low + 1, source - low)] {
        matrix[min(max(Int(element), 0), input - 1) * output + place] += Float(weight)
      }
    }
    return HostArray([input, output], matrix)
  }
}
