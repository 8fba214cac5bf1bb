internal import Synchronization

/// What a setup has made of some weights, for every executable whose plan has the same setup: tiles of several sizes
/// read the same packed weights.
final class SetupMemory: Sendable {
  let buffer: any DeviceBuffer
  private let made = Mutex<Int?>(nil)

  init(_ buffer: any DeviceBuffer) { self.buffer = buffer }

  /// The version of the weights that it was made of.
  var version: Int? {
    get { made.withLock { $0 } }
    set { made.withLock { $0 = newValue } }
  }
}

extension WeightsState {
  /// Whom the states of the same weights have in common.
  final class Owner: Sendable {
    private struct Entry: Sendable {
      weak let memory: SetupMemory?
    }

    private let entries = Mutex<[SetupKey: Entry]>([:])

    /// The memory of a plan's setup: that of other executables, for as long as one of them exists, or a new one.
    func setupMemory(of plan: Plan, _ make: () throws -> any DeviceBuffer) throws -> SetupMemory {
      let key = SetupKey(plan)
      if let known = entries.withLock({ $0[key]?.memory }) { return known }
      let memory = SetupMemory(try make())
      entries.withLock { entries in
        entries = entries.filter { $0.value.memory != nil }
        entries[key] = Entry(memory: memory)
      }
      return memory
    }
  }
}

/// All that decides what a setup makes and where, but the values of the parameters.
private struct SetupKey: Hashable {
  private enum Source: Hashable {
    case made(offset: Int, count: Int)
    case constant(Int)
    case parameter(Int)
  }

  private indirect enum Step: Hashable {
    case launch(
      kernel: String, sources: [Source], integers: [Int32], floats: [Float], work: Plan.Work,
      program: MapProgram?)
    case loop(count: Int, [Step])
  }

  private let steps: [Step]

  /// The constants and the names of parameters that the steps name by their places here, in the order of first use.
  private let constants: [[UInt8]]
  private let parameters: [String]

  init(_ plan: Plan) {
    var sources = Sources(plan: plan)
    steps = plan.setup.map { SetupKey.step($0, &sources) }
    (constants, parameters) = (sources.constants, sources.parameters)
  }

  private static func step(_ step: Plan.Step, _ sources: inout Sources) -> Step {
    switch step {
    case .loop(let count, let body): .loop(count: count, body.map { SetupKey.step($0, &sources) })
    case .launch(let launch):
      .launch(
        kernel: launch.kernel, sources: launch.buffers.map { sources.source($0) }, integers: launch.integers,
        floats: launch.floats, work: launch.work, program: launch.program)
    }
  }

  /// Constants by value and parameters by name, as another plan may count them otherwise; each is kept once, however
  /// many launches read it.
  private struct Sources {
    let plan: Plan
    var constants: [[UInt8]] = []
    var parameters: [String] = []
    private var places: [Plan.Range: Int] = [:]

    init(plan: Plan) { self.plan = plan }

    mutating func source(_ range: Plan.Range) -> Source {
      switch range.region {
      case .arena, .setup: return .made(offset: range.offset, count: range.count)
      case .constants:
        if let known = places[range] { return .constant(known) }
        constants.append(Array(plan.constants[range.offset..<(range.offset + range.count)]))
        places[range] = constants.count - 1
        return .constant(constants.count - 1)
      case .parameter(let index):
        if let known = places[range] { return .parameter(known) }
        parameters.append(plan.parameters[index].name)
        places[range] = parameters.count - 1
        return .parameter(parameters.count - 1)
      }
    }
  }
}
