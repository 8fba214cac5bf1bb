/// A family of kernels; which one a device runs is a property of the device.
public enum KernelFamily: String, Hashable, Sendable, Codable {
  /// Register tiles of explicit vectors, one work-item a tile: for processors.
  case cpu
  /// Tiles in local memory shared by work-groups: for GPUs.
  case gpu
}

/// A graph with every launch and every address decided: what a device runs.
public struct Plan: Sendable {
  /// Which memory a range lies in.
  public enum Region: Hashable, Sendable {
    /// The one allocation that holds all intermediate values, inputs and outputs.
    case arena
    /// What the setup makes; a run reads it and writes nothing there.
    case setup
    /// Bytes known when the plan is made.
    case constants
    /// The parameter with this index in ``Plan/parameters``.
    case parameter(Int)
  }

  /// A range of bytes.
  public struct Range: Hashable, Sendable {
    /// The memory.
    public let region: Region
    /// The first byte.
    public let offset: Int
    /// The number of bytes.
    public let count: Int
  }

  /// The extents of a launch's work.
  public struct Work: Hashable, Sendable {
    /// Work-items along each of up to three dimensions.
    public let global: [Int]
    /// Work-items in a group along each dimension; empty for kernels of the CPU family, whose groups have one.
    public let local: [Int]

    /// Independent work-items of the CPU family.
    public static func items(_ count: Int) -> Work { Work(global: [count], local: []) }
    /// Groups of work-items of the GPU family; the global extents are rounded up to whole groups.
    public static func groups(global: [Int], local: [Int]) -> Work {
      Work(global: zip(global, local).map { ($0 + $1 - 1) / $1 * $1 }, local: local)
    }
  }

  /// One kernel launch; arguments are passed in the order buffers, scratch, integers, floats.
  public struct Launch: Sendable {
    /// The kernel's name.
    public let kernel: String
    /// What its pointers point to.
    public let buffers: [Range]
    /// Bytes of private memory a work-item needs; 0 for a kernel that takes no such argument.
    public let scratchBytes: Int
    /// Its integer arguments.
    public let integers: [Int32]
    /// Its float arguments.
    public let floats: [Float]
    /// How much work there is.
    public let work: Work
    /// For `map` and `reduce`: the program, which a device may turn into a kernel of its own.
    public let program: MapProgram?
    /// What it is for; no part of the launch's value.
    public let purpose: LaunchPurpose
    /// What its parameters were chosen among, if there was a choice; no part of the launch's value.
    public let tunable: TunableLaunch?
  }

  /// One step of a run.
  public indirect enum Step: Hashable, Sendable {
    /// A launch.
    case launch(Launch)
    /// Steps repeated a number of times.
    case loop(count: Int, [Step])
  }

  /// A value the host writes or reads.
  public struct Port: Hashable, Sendable {
    /// The name of an input; for outputs their number.
    public let name: String
    /// The shape and element type.
    public let type: TensorType
    /// Where it lies.
    public let range: Range
  }

  /// The kernels it was made for.
  public let family: KernelFamily
  /// What depends on parameters and constants alone: run once for each set of weights.
  public let setup: [Step]
  /// What every run does.
  public let steps: [Step]
  /// Bytes of the arena.
  public let arenaBytes: Int
  /// Bytes that the setup makes.
  public let setupBytes: Int
  /// The bytes of the constants.
  public let constants: [UInt8]
  /// The values given for every run.
  public let arguments: [Port]
  /// The values kept on the device, by index.
  public let parameters: [Port]
  /// The results.
  public let outputs: [Port]
  /// Whether a run changes parameters.
  public let updatesParameters: Bool

  /// Launches of one run, loops counted in full, without the setup.
  public var launchCount: Int { Plan.count(steps) }
  /// Launches of the setup.
  public var setupLaunchCount: Int { Plan.count(setup) }
  /// How often each kernel is launched in one run, loops counted in full.
  public var launchesByKernel: [String: Int] {
    var counts: [String: Int] = [:]
    Plan.visit(steps, 1) { counts[$0.kernel, default: 0] += $1 }
    return counts
  }

  private static func count(_ steps: [Step]) -> Int {
    var total = 0
    visit(steps, 1) { total += $1 }
    return total
  }

  private static func visit(_ steps: [Step], _ times: Int, _ body: (Launch, Int) -> Void) {
    for step in steps {
      switch step {
      case .launch(let launch): body(launch, times)
      case .loop(let count, let inner): visit(inner, times * count, body)
      }
    }
  }
}

extension Plan: CustomStringConvertible {
  /// One line a launch.
  public var description: String {
    let header = "\(family) plan: \(launchCount) launches, \(arenaBytes) arena bytes"
    return ([header, "setup:"] + Plan.lines(setup, "  ") + ["run:"] + Plan.lines(steps, "  ")).joined(
      separator: "\n")
  }

  private static func lines(_ steps: [Step], _ indent: String) -> [String] {
    steps.flatMap { step -> [String] in
      switch step {
      case .launch(let launch):
        let buffers = launch.buffers.map { "\($0.region)+\($0.offset)" }.joined(separator: " ")
        return ["\(indent)\(launch.kernel) \(launch.work.global) \(launch.integers) \(buffers)"]
      case .loop(let count, let inner): return ["\(indent)repeat \(count)"] + lines(inner, indent + "  ")
      }
    }
  }
}
