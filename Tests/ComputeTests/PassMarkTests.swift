import Synchronization
import Testing

@testable import Compute

/// What a graph counts is what an interpreter sees happen, and marks change nothing else.
@Suite struct PassMarkTests {
  /// A network of two inputs and three outputs, marked or not, and followed by what counts or not.
  private struct Network {
    let weight: Tensor
    let isMarked: Bool
    let tally: Int?

    func callAsFunction(_ x: Tensor) -> Tensor {
      var y = x.matmul(weight).tanh()
      if let tally { y = y.builder.add(Tally(number: tally, isBackward: false, width: 3), [y]) }
      return isMarked ? y.markedAsPass() : y
    }
  }

  private enum Program: String, CaseIterable {
    case value, gradient, gradientAndValue, steps, nestedSteps, stepsOfGradients, neighbours, mapped,
      jacobian, rows
    case product, throughALoop, unused, capturedAnswer

    func outputs(_ x: Tensor, _ network: @escaping (Tensor) -> Tensor) -> [Tensor] {
      func slope(_ x: Tensor) -> Tensor { network(x).sum().gradient(withRespectTo: x) }
      switch self {
      case .value: return [network(x)]
      case .gradient: return [slope(x)]
      case .gradientAndValue:
        let y = network(x)
        return [y, (y * y).sum().gradient(withRespectTo: x)]
      case .steps: return [x.iterated(3) { $0 + slope($0) }]
      case .nestedSteps:
        return [x.iterated(3) { $0.iterated(4) { $0 + network($0).sum([1], keepingAxes: true) } }]
      case .stepsOfGradients:
        return [x.iterated(2) { x in x + slope(x) + slope(x + 0.5 * slope(x)) }]
      case .neighbours:
        let near = Tensor.concatenated((0..<5).map { x + 0.1 * Double($0) }, axis: 0)
        return [slope(near)]
      case .mapped:
        let shifts = x.scope.iota([4, 1, 1], axis: 0).cast(to: .float32).broadcast(
          to: Shape([4] + x.shape.extents))
        return [vmap { (shift: Tensor) in slope(x + shift) }(shifts)]
      case .jacobian: return [network(x).jacobian(withRespectTo: x)]
      case .rows: return [network(x).jacobian(withRespectTo: x, rows: [2, 0])]
      case .product: return [hvp({ network($0).sum() }, at: x, times: x)]
      case .throughALoop:
        return [
          x.iterated(3) { $0 + network($0).sum([1], keepingAxes: true) }.sum().gradient(withRespectTo: x)
        ]
      case .unused:
        _ = slope(x)
        return [x + 1]
      case .capturedAnswer:
        // Behind the answer lies what costs nothing, and is repeated inside the loop.
        let y = network(x).sum([1], keepingAxes: true).broadcast(to: x.shape)
        return [x.iterated(3) { $0 + y }]
      }
    }
  }

  private func counted(_ program: Program, isMarked: Bool, tally: Int? = nil) throws -> (Graph, PassCount) {
    try Graph.counting { scope in
      let network = Network(weight: scope.parameter("weight", [2, 3]), isMarked: isMarked, tally: tally)
      return program.outputs(scope.input("x", [6, 2]), { network($0) })
    }
  }

  private func interpreted(_ graph: Graph) throws -> [ReferenceArray] {
    try graph.interpret([
      "weight": ReferenceArray(HostArray([2, 3], [0.1, -0.2, 0.3, 0.4, -0.5, 0.6] as [Float])),
      "x": ReferenceArray(HostArray([6, 2], (0..<12).map { Float($0) / 12 })),
    ])
  }

  @Test(arguments: Program.allCases) private func countsAreWhatHappens(_ program: Program) throws {
    let number = Program.allCases.firstIndex(of: program) ?? 0
    let (graph, count) = try counted(program, isMarked: true, tally: number)
    _ = try interpreted(graph)
    let seen = Tally.seen.withLock { $0[number] } ?? PassCount()
    #expect(count == seen, "\(program)")
    #expect(count.forward > 0 || program == .unused)
  }

  @Test(arguments: Program.allCases) private func marksLeaveNoTrace(_ program: Program) throws {
    let (marked, _) = try counted(program, isMarked: true)
    let (plain, count) = try counted(program, isMarked: false)
    #expect(count == PassCount())
    // In a map the ones that a gradient begins with are repeated for each member, as its pass back is.
    if program == .mapped {
      #expect(try interpreted(marked) == interpreted(plain))
    } else {
      #expect(marked == plain)
    }
  }

  @Test func numbersAreThoseOfTheProgram() throws {
    #expect(try counted(.neighbours, isMarked: true).1 == PassCount(forward: 30, backward: 30))
    #expect(try counted(.jacobian, isMarked: true).1 == PassCount(forward: 6, backward: 18))
    #expect(try counted(.nestedSteps, isMarked: true).1 == PassCount(forward: 72, backward: 0))
  }
}

/// The identity, which counts how many rows of it are interpreted.
private struct Tally: Primitive {
  static let name = "tally"
  static let seen = Mutex<[Int: PassCount]>([:])

  let number: Int
  let isBackward: Bool
  let width: Int

  /// A tally of the way back sees that of the way there, which would not be interpreted if nothing read it.
  var inputCount: Int? { isBackward ? 2 : 1 }

  func resultTypes(_ inputs: [TensorType]) throws(TypeMismatch) -> [TensorType] { [inputs[0]] }

  func pullback(_ cotangent: Tensor, _ inputs: [Tensor], _ output: Tensor) -> [Tensor?] {
    let tally = Tally(number: number, isBackward: true, width: width)
    return [cotangent.builder.add(tally, [cotangent, output])] + (isBackward ? [nil] : [])
  }

  func batched(_ inputs: [Tensor], _ isBatched: [Bool]) -> Tensor {
    let extent = zip(inputs, isBatched).first { $1 }?.0.shape[0] ?? 1
    let first = isBatched[0] ? inputs[0] : inputs[0].expanded(at: 0, to: extent)
    return first.builder.add(self, [first] + inputs.dropFirst())
  }

  func interpret(_ inputs: [ReferenceArray]) -> [ReferenceArray] {
    let rows = inputs[0].type.shape.count / width
    Tally.seen.withLock { seen in
      if isBackward {
        seen[number, default: PassCount()].backward += rows
      } else {
        seen[number, default: PassCount()].forward += rows
      }
    }
    return [inputs[0]]
  }

  func lower(_ lowering: inout Lowering) { preconditionFailure("this is only interpreted") }
}
