import Compute

extension NetworkMove {
  static let structure: [NetworkMove] = [
    NetworkMove("residual") { x, draw in
      draw.earlier.last { $0.shape == x.shape }.map { x + $0 } ?? x + x.reversed([2])
    },
    NetworkMove("gate") { x, draw in
      let other = draw.earlier.last { $0.shape == x.shape } ?? x.reversed([3])
      return x * (other * 2).sigmoid() * 1.5
    },
    NetworkMove("concatenation") { x, draw in
      guard draw.allows(2 * x.shape[1], x.shape[2], x.shape[3]) else { return nil }
      let other = draw.earlier.last { $0.shape == x.shape } ?? x * -0.5
      return .concatenated([x, other], axis: 1)
    },
    NetworkMove("split") { x, _ in
      guard x.shape[1] >= 2 else { return nil }
      let half = x.shape[1] / 2
      let (first, second) = (
        x.sliced(axis: 1, from: 0, count: half),
        x.sliced(axis: 1, from: half, count: x.shape[1] - half)
      )
      return .concatenated([second, first * 1.5], axis: 1)
    },
    NetworkMove("channel shuffle") { x, _ in
      guard x.shape[1] % 2 == 0 else { return nil }
      let grouped = x.reshaped([x.shape[0], 2, x.shape[1] / 2, x.shape[2], x.shape[3]])
      return grouped.transposed([0, 2, 1, 3, 4]).reshaped(x.shape)
    },
    NetworkMove("pixel shuffle") { x, draw in
      let (n, c, h, w) = (x.shape[0], x.shape[1] / 4, x.shape[2], x.shape[3])
      guard x.shape[1] % 4 == 0, draw.allows(c, 2 * h, 2 * w) else { return nil }
      return x.reshaped([n, c, 2, 2, h, w]).transposed([0, 1, 4, 2, 5, 3]).reshaped([n, c, 2 * h, 2 * w])
    },
    NetworkMove("space to depth") { x, draw in
      let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2] / 2, x.shape[3] / 2)
      guard x.shape[2] % 2 == 0, x.shape[3] % 2 == 0, draw.allows(4 * c, h, w) else { return nil }
      return x.reshaped([n, c, h, 2, w, 2]).transposed([0, 1, 3, 5, 2, 4]).reshaped([n, 4 * c, h, w])
    },
    NetworkMove("transposition") { x, _ in x.transposed([0, 1, 3, 2]) },
    NetworkMove("channels as rows") { x, draw in
      guard draw.allows(x.shape[2], x.shape[1], x.shape[3]) else { return nil }
      return x.transposed([0, 2, 1, 3])
    },
    NetworkMove("reshape") { x, draw in
      let rows = x.shape[2] * x.shape[1]
      guard x.shape[1] % 2 == 0, draw.allows(x.shape[1] / 2, 2 * x.shape[2], x.shape[3]) else { return nil }
      return x.reshaped([x.shape[0], x.shape[1] / 2, rows / (x.shape[1] / 2), x.shape[3]])
    },
    NetworkMove("reversal") { x, draw in x.reversed([draw.int(1...3)]) },
    NetworkMove("crop") { x, draw in
      guard x.shape[2] >= 5, x.shape[3] >= 4 else { return nil }
      return x.sliced(axis: 2, from: 1, count: x.shape[2] - 2).sliced(
        axis: 3, from: draw.int(0...1), count: x.shape[3] - 1)
    },
    NetworkMove("shortcut") { x, draw in
      let (h, w) = ((x.shape[2] + 1) / 2, (x.shape[3] + 1) / 2)
      guard h >= 3, w >= 3, x.shape[1] + 8 <= 48 else { return nil }
      let small = x.sliced(axis: 2, from: 0, count: h, step: 2).sliced(axis: 3, from: 0, count: w, step: 2)
      return small.padded(low: [0, 4, 0, 0], high: [0, 4, 0, 0])
    },
    NetworkMove("padding") { x, draw in
      guard draw.allows(x.shape[1], x.shape[2] + 3, x.shape[3] + 2) else { return nil }
      return x.padded(low: [0, 0, 1, 2], high: [0, 0, 2, 0], value: draw.pick([0, 0.5]))
    },
    NetworkMove("reflecting padding") { x, draw in
      guard draw.allows(x.shape[1], x.shape[2] + 2, x.shape[3]) else { return nil }
      let (top, bottom) = (
        x.sliced(axis: 2, from: 1, count: 1), x.sliced(axis: 2, from: x.shape[2] - 2, count: 1)
      )
      return .concatenated([top, x, bottom], axis: 2)
    },
    NetworkMove("broadcast") { x, draw in
      let row = x.mean([2], keepingAxes: true).broadcast(to: x.shape)
      return x * 0.5 + row * draw.factor([x.shape[1], 1, 1])
    },
  ]

  static let indexing: [NetworkMove] = [
    NetworkMove("channel selection") { x, draw in
      let places = (0..<x.shape[1]).map { _ in Int32(draw.int(0...(x.shape[1] - 1))) }
      return x.taking(x.scope.constant(HostArray([places.count], places)), axis: 1)
    },
    NetworkMove("elements along rows") { x, draw in
      let places = (0..<x.shape.count).map { _ in Int32(draw.int(0...(x.shape[3] - 1))) }
      return x.takingAlongLastAxis(x.scope.constant(HostArray(x.shape, places)))
    },
    NetworkMove("scatter") { x, draw in
      let places = (0..<x.shape[2]).map { _ in Int32(draw.int(0...(x.shape[2] - 1))) }
      let indices = x.scope.constant(HostArray([places.count], places))
      return PrimitiveSample.adjoint(at: x.shape, of: { $0.taking(indices, axis: 2) }, x) + x * 0.25
    },
    NetworkMove("sorting") { x, _ in x.top(x.shape[3]).values },
    NetworkMove("running sum") { x, draw in
      let axis = draw.int(1...3)
      return x.cumulativeSum(axis: axis, reversed: draw.int(0...1) == 0) / Double(x.shape[axis]).squareRoot()
    },
    NetworkMove("largest channel") { x, draw in
      let axes = draw.pick([[1], [2, 3], [3]])
      return x - x.maximum(over: axes, keepingAxes: true) * 0.5
    },
    NetworkMove("one-hot mask") { x, _ in
      let mask = x.argmax(axis: 1).oneHot(x.shape[1]).transposed([0, 3, 1, 2])
      return x * 0.5 + x * mask
    },
  ]
}
