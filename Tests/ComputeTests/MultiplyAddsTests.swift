import Compute
import Testing

@Suite struct MultiplyAddsTests {
  @Test func aConvolutionCountsEveryTapOfEveryOutput() throws {
    let graph = try Graph { scope in
      let image = scope.input("image", [2, 4, 8, 8])
      let weight = scope.parameter("weight", [6, 2, 3, 3])
      return [
        image.convolved(weight, ConvolutionGeometry(stride: [2, 2], low: [1, 1], high: [1, 1], groups: 2))
      ]
    }
    #expect(graph.multiplyAdds == 2 * 6 * 4 * 4 * (2 * 3 * 3))
  }

  @Test func theAdjointsCostWhatTheConvolutionCosts() throws {
    func graph(_ pick: (Tensor, Tensor, Tensor) -> [Tensor]) throws -> Graph {
      try Graph { scope in
        let image = scope.input("image", [2, 3, 8, 8])
        let weight = scope.parameter("weight", [5, 3, 3, 3])
        let seed = scope.input("seed", [2, 5, 6, 6])
        return pick(image, weight, (image.convolved(weight) * seed).sum())
      }
    }
    let once = 2 * 5 * 6 * 6 * 3 * 3 * 3
    #expect(try graph { image, _, loss in [loss.gradient(withRespectTo: image)] }.multiplyAdds == once)
    #expect(try graph { _, weight, loss in [loss.gradient(withRespectTo: weight)] }.multiplyAdds == once)
    #expect(try graph { _, _, loss in [loss] }.multiplyAdds == once)
  }

  @Test func productsAndLoopsCount() throws {
    let graph = try Graph { scope in
      let x = scope.input("x", [7, 4])
      let weight = scope.parameter("weight", [4, 4])
      return [x.iterated(3) { $0.matmul(weight).tanh() }]
    }
    #expect(graph.multiplyAdds == 3 * 7 * 4 * 4)
  }

  @Test func elementwiseWorkIsFree() throws {
    #expect(try Graph { [($0.input("x", [9]) * 2).exp()] }.multiplyAdds == 0)
  }
}
