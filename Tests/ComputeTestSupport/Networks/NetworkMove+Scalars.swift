import Compute

extension NetworkMove {
  /// Functions of single elements that are no activations.
  static let scalars: [NetworkMove] = [
    NetworkMove("roots and powers") { x, draw in
      switch draw.int(0...4) {
      case 0: (x * x + 0.2).sqrt()
      case 1: x * (x * x + 0.5).reciprocalSquareRoot()
      case 2: (x.absolute() + 0.3).power(1.5)
      case 3: (x * x + 0.5).log()
      default: x / (1 + x * x) * 2
      }
    },
    NetworkMove("waves") { x, draw in
      switch draw.int(0...2) {
      case 0: (x * 2).sin()
      case 1: (x * 2).cos()
      default: (-(x * x)).exp() * 2
      }
    },
    NetworkMove("absolute") { x, _ in x.absolute() - 0.5 },
    NetworkMove("larger of two") { x, draw in
      let other = draw.earlier.last { $0.shape == x.shape } ?? x.reversed([1])
      return draw.int(0...1) == 0 ? x.maximum(other) : x.minimum(other)
    },
    NetworkMove("choice") { x, _ in
      let other = x.reversed([3])
      return (x .> other).select(x, other * 0.5)
    },
    NetworkMove("mask of a comparison") { x, draw in
      let mask = draw.int(0...1) == 0 ? x .> 0.1 : (x .<= 0.4) && !(x .< -0.6)
      return x * mask.cast(to: .float32) + x * 0.25
    },
    NetworkMove("steps") { x, draw in
      switch draw.int(0...3) {
      case 0: x * 0.7 + (x * 3).floor() * 0.1
      case 1: x * 0.7 + (x * 3).rounded() * 0.1
      case 2: x * 0.7 + x.sign() * 0.2
      default: x * 0.7 + (x * 3).ceil().cast(to: .int32).cast(to: .float32) * 0.1
      }
    },
    NetworkMove("affine") { x, draw in
      x * draw.factor([x.shape[1], 1, 1]) + draw.bias([x.shape[1], 1, 1])
    },
    NetworkMove("detached factor") { x, _ in x * (1 + x.tanh().detached()) * 0.7 },
  ]

  /// Loops, batches and derivatives inside a network.
  static let transforms: [NetworkMove] = [
    NetworkMove("loop") { x, draw in
      let factor = draw.factor([x.shape[1], 1, 1])
      return x.iterated(2) { state, number in
        (state * factor).tanh() + number.cast(to: .float32) * 0.1
      }
    },
    NetworkMove("map over samples") { x, _ in
      vmap { (member: Tensor) in member * (member.mean() + 1) }(x)
    },
    NetworkMove("map over channels") { x, draw in
      let kernel = draw.weight([1, 1, 3, 3])
      let rows = x.transposed([1, 0, 2, 3])
      let map = vmap { (plane: Tensor) in
        plane.reshaped([plane.shape[0], 1, plane.shape[1], plane.shape[2]]).convolved(kernel, padding: 1)
          .relu()
      }
      return map(rows).reshaped(rows.shape).transposed([1, 0, 2, 3]) + x * 0.25
    },
    NetworkMove("gradient inside") { x, _ in
      gradient { ($0 * $0.reversed([2])).sin() + $0.softplus() }(x)
    },
    NetworkMove("derivative along a direction") { x, draw in
      let kernel = draw.weight([x.shape[1], x.shape[1], 1, 1])
      return jvp({ ($0.convolved(kernel)).tanh() }, at: x, along: x.reversed([3])).tangent + x * 0.25
    },
  ]
}
