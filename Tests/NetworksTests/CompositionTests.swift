import CPUBackend
import Compute
import ComputeTestSupport
import Networks
import Testing

/// Models made of others, and models bound to other tensors.
@Suite struct CompositionTests {
  private static func model(_ seed: UInt64) throws -> Model {
    try Model(Sequential(Linear(5), Activation.tanh, Linear(3)), input: [4], seed: seed)
  }

  private static let images = HostArray([2, 4], (0..<8).map { Float($0 * 7 % 5) / 5 - 0.3 })

  /// Outputs in double precision.
  private func interpreted(
    _ model: Model, _ body: (BoundModel, Tensor) -> [Tensor]
  ) throws -> [ReferenceArray] {
    let graph = try Graph { scope in body(model.bound(in: scope), scope.constant(Self.images)) }
    return try graph.interpret(model.values.mapValues { ReferenceArray($0) })
  }

  private func constant(_ logits: [Float]) -> Model {
    let port = Model.Port("logits", [nil, logits.count])
    let parameters = [Parameter("bias", HostArray([logits.count], logits))]
    return Model(inputs: [Model.Port("images", [nil, 4])], outputs: [port], parameters: parameters) {
      inputs, scope in
      [inputs[0].sum([1], keepingAxes: true) * 0 + (scope.parameter("bias") ?? inputs[0])]
    }
  }

  @Test func twoCopiesOfOneArchitectureLiveInOneModel() throws {
    let (a, b) = (try Self.model(1), try Self.model(2))
    let parts = try ModelSet([("a", a), ("b", b)])
    let both = Model(of: parts, inputs: a.inputs, outputs: a.outputs + b.outputs) { inputs, parts in
      try parts.outputs(of: "a", for: inputs) + parts.outputs(of: "b", for: inputs)
    }
    #expect(
      both.parameters.map(\.name) == a.parameters.map { "a.\($0.name)" } + b.parameters.map { "b.\($0.name)" }
    )
    let joined = try interpreted(both) { model, x in model([x]) }
    #expect(joined[0] == (try interpreted(a) { model, x in [model(x)] })[0])
    #expect(joined[1] == (try interpreted(b) { model, x in [model(x)] })[0])
    // A set of sets is a model like any other.
    let outer = try ModelSet([("twice", both), ("a", a)])
    let whole = Model(of: outer, inputs: a.inputs, outputs: a.outputs) { inputs, parts in
      [try parts("twice", inputs[0]) - parts("a", inputs[0])]
    }
    #expect(try interpreted(whole) { model, x in [model(x)] }[0].values.allSatisfy { $0 == 0 })
  }

  @Test func namesOfPartsAreChecked() throws {
    let a = try Self.model(1)
    for names in [["a", "a"], [""], ["a.b"]] {
      #expect(throws: LayerError.self) { try ModelSet(names.map { ($0, a) }) }
    }
    let missing = Model(of: try ModelSet([("a", a)]), inputs: a.inputs, outputs: a.outputs) { inputs, parts in
      [try parts("b", inputs[0])]
    }
    let error = #expect(throws: LayerError.self) { try interpreted(missing) { model, x in [model(x)] } }
    #expect(error.map { "\($0)".contains("'b'") } == true)
  }

  /// The cross-entropies that two models of three classes have together.
  @Test(arguments: [(Ensemble.logits, 1.464369), (.probabilities, 1.039517)])
  func ensemblesAreMeans(_ ensemble: Ensemble, _ expected: Double) throws {
    let model = try ensemble([constant([2, 0, 1]), constant([0, 1, 3])])
    let loss = try interpreted(model) { model, x in [model(x).crossEntropy(x.scope.full([2], 0, .int32))] }[0]
    #expect(loss.values.allSatisfy { abs($0 - expected) < 1e-6 }, "\(loss.values)")
  }

  /// A saturated member hides no other, neither in the value nor in the derivative.
  @Test func saturatedMembersHideNobody() throws {
    let model = try Ensemble.probabilities([constant([500, 0, 0]), try Self.model(3)])
    let found = try interpreted(model) { model, x in
      let loss = model(x).crossEntropy(x.scope.full([2], 1, .int32))
      return [loss, loss.gradient(withRespectTo: x)]
    }
    #expect(found[0].values.allSatisfy(\.isFinite) && found[1].values.contains { $0 != 0 })
  }

  @Test func ensemblesOfModelsThatDisagreeAreRefused() throws {
    #expect(throws: LayerError.self) { try Ensemble.logits([]) }
    let other = try Model(Linear(3), input: [5], seed: 0)
    #expect(throws: LayerError.self) { try Ensemble.logits([try Self.model(1), other]) }
    let classes = try Ensemble.logits([constant([1, 2]), constant([1, 2, 3])])
    #expect(throws: LayerError.self) { try interpreted(classes) { model, x in [model(x)] } }
    let alone = try Ensemble.probabilities([try Self.model(1)])
    #expect(alone.parameters == (try Self.model(1)).parameters)
  }

  @Test func whatComesBeforeAndAfterKeepsTheParameters() throws {
    let plain = try Self.model(4)
    let changed = plain.preceded { ($0 - 0.5) * 2 }.followed { $0.softmax() }
    #expect(changed.parameters == plain.parameters)
    let found = try interpreted(changed) { model, x in [model(x)] }[0]
    let expected = try interpreted(plain) { model, x in [model((x - 0.5) * 2).softmax()] }[0]
    #expect(found == expected)
  }

  // MARK: Other tensors for parameters

  private func loss(_ model: BoundModel, _ x: Tensor) -> Tensor {
    model(x).crossEntropy(x.scope.full([2], 1, .int32)).sum()
  }

  private func moved(_ model: BoundModel, _ x: Tensor, by rate: Double) -> [String: Tensor] {
    let names = model.model.parameters.map(\.name)
    let weights = names.compactMap { model.parameters[$0] }
    let slopes = loss(model, x).gradients(withRespectTo: weights)
    return Dictionary(uniqueKeysWithValues: zip(names, zip(weights, slopes).map { $0 + rate * $1 }))
  }

  /// A step of adversarial weight perturbation: the loss at weights that were moved uphill is larger, and is that of a
  /// model that has them.
  @Test func weightsCanBePerturbed() throws {
    let model = try Self.model(5)
    let names = model.parameters.map(\.name)
    let found = try interpreted(model) { model, x in
      let worse = moved(model, x, by: 0.1)
      return [loss(model, x), loss(model.with(worse), x)] + names.compactMap { worse[$0] }
    }
    #expect(found[1].values[0] > found[0].values[0])
    let values = Dictionary(
      uniqueKeysWithValues: zip(names, found[2...].map { HostArray($0.shape, $0.values.map(Float.init)) }))
    let again = try interpreted(try model.with(values)) { model, x in [loss(model, x)] }[0]
    #expect(abs(again.values[0] - found[1].values[0]) < 1e-6)
  }

  /// An inner step of meta-learning is differentiated through: the slope of the loss after a step, along a direction of the
  /// weights before it, is what differences say.
  @Test func innerStepsAreDifferentiatedThrough() throws {
    let model = try Self.model(6)
    let name = model.parameters[0].name
    func after(_ shift: Double) throws -> (loss: Double, slope: Double) {
      let found = try interpreted(model) { model, x in
        guard let weight = model.parameters[name] else { return [] }
        let direction = weight.ones
        let start = weight + shift * direction
        let inner = model.with([name: start])
        let slope = loss(inner, x).gradient(withRespectTo: start)
        let outer = loss(inner.with([name: start - 0.3 * slope]), x)
        return [outer, (outer.gradient(withRespectTo: start) * direction).sum()]
      }
      return (found[0].values[0], found[1].values[0])
    }
    let step = 1e-4
    let difference = (try after(step).loss - after(-step).loss) / (2 * step)
    #expect(abs(difference - (try after(0).slope)) < 1e-6)
  }

  /// The Hessian of the loss with respect to one weight, times a vector.
  @Test func hessiansOfSomeParametersAreKnown() throws {
    let model = try Self.model(7)
    let name = model.parameters[0].name
    func slope(_ shift: Double) throws -> [Double] {
      try interpreted(model) { model, x in
        guard let weight = model.parameters[name] else { return [] }
        let start = weight + shift
        return [loss(model.with([name: start]), x).gradient(withRespectTo: start)]
      }[0].values
    }
    let product = try interpreted(model) { model, x in
      guard let weight = model.parameters[name] else { return [] }
      return [hvp({ loss(model.with([name: $0]), x) }, at: weight, times: weight.ones)]
    }[0].values
    let step = 1e-4
    let (up, down) = (try slope(step), try slope(-step))
    for (index, found) in product.enumerated() {
      #expect(abs(found - (up[index] - down[index]) / (2 * step)) < 1e-6)
    }
  }

  @Test func otherTensorsMustFit() throws {
    let model = try Self.model(8)
    for names in [["nothing"], [model.parameters[0].name]] {
      #expect(throws: LayerError.self) {
        try interpreted(model) { model, x in [model.with([names[0]: x])(x)] }
      }
    }
  }
}
