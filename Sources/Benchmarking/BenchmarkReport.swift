/// Everything that one run of the benchmarks found, as it is written to a JSON file.
public struct BenchmarkReport: Hashable, Sendable, Codable {
  /// The version of this form of file; what is read must have the same.
  public static let currentSchema = 1

  /// The version of the form.
  public var schema = currentSchema
  /// When and how it came about.
  public var origin: Origin
  /// Where it came about.
  public var machine: MachineDescription
  /// What computed.
  public var device: Device
  /// What the device can do at most, as measured in the same run.
  public var peaks: DevicePeaks?
  /// Everything that was timed, in order.
  public var cases: [Case]
  /// Everything that was counted, by name.
  public var counts: [String: Int]

  /// Makes a report.
  public init(
    origin: Origin, machine: MachineDescription, device: Device, peaks: DevicePeaks? = nil,
    cases: [Case] = [], counts: [String: Int] = [:]
  ) {
    self.origin = origin
    self.machine = machine
    self.device = device
    self.peaks = peaks
    self.cases = cases
    self.counts = counts
  }

  /// When, by which build and by which command a report came about.
  public struct Origin: Hashable, Sendable, Codable {
    /// The time of the start, as ISO 8601 in UTC.
    public var date: String
    /// The command and its arguments.
    public var commandLine: [String]
    /// The commit that was built, in hexadecimal digits; "unknown" outside a repository.
    public var commit: String
    /// Whether files differed from the commit.
    public var isModified: Bool
    /// The compiler that built it.
    public var compiler: String
    /// The load averages over 1, 5 and 15 minutes at the start.
    public var loadBefore: [Double]
    /// The same at the end.
    public var loadAfter: [Double]

    /// Describes an origin.
    public init(
      date: String, commandLine: [String], commit: String, isModified: Bool, compiler: String,
      loadBefore: [Double] = [], loadAfter: [Double] = []
    ) {
      self.date = date
      self.commandLine = commandLine
      self.commit = commit
      self.isModified = isModified
      self.compiler = compiler
      self.loadBefore = loadBefore
      self.loadAfter = loadAfter
    }
  }

  /// The device that was measured.
  public struct Device: Hashable, Sendable, Codable {
    /// As requests name it, such as "cpu".
    public var name: String
    /// What it is: instruction set and threads, or a driver's device.
    public var title: String
    /// The family of kernels it runs.
    public var family: String

    /// Describes a device.
    public init(name: String, title: String, family: String) {
      self.name = name
      self.title = title
      self.family = family
    }
  }

  /// Something that was timed.
  public struct Case: Hashable, Sendable, Codable {
    /// Its name, unique in the report.
    public var name: String
    /// The table it stands in.
    public var group: String
    /// The kernel that was timed, where it is one.
    public var kernel: String?
    /// Every time in seconds, of one repetition.
    public var seconds: [Double]
    /// Floating-point operations of one repetition as the mathematical definition counts them, if that makes sense.
    public var operations: Double?
    /// Bytes that one repetition reads and writes at least, if known.
    public var bytes: Double?
    /// What follows from the times, by its name and unit.
    public var figures: [String: Double]

    /// Describes a case.
    public init(
      name: String, group: String, kernel: String? = nil, seconds: [Double], operations: Double? = nil,
      bytes: Double? = nil, figures: [String: Double] = [:]
    ) {
      self.name = name
      self.group = group
      self.kernel = kernel
      self.seconds = seconds
      self.operations = operations
      self.bytes = bytes
      self.figures = figures
    }

    /// The times.
    public var measurement: Measurement { Measurement(seconds: seconds) }
  }
}

extension BenchmarkReport.Case {
  /// Names of derived figures.
  public enum Figure {
    /// Operations of the definition a second, in billions.
    public static let speed = "GFLOP/s"
    /// That as a share of the measured peak, in percent; above 100 where an algorithm does with fewer operations.
    public static let shareOfPeak = "% of peak"
    /// Bytes a second, in billions.
    public static let bandwidth = "GB/s"
    /// That as a share of the measured bandwidth, in percent; above 100 where caches hold the data.
    public static let shareOfBandwidth = "% of bandwidth"
  }

  /// This case with what follows from its times, its operations and bytes, and the peaks of the device.
  public func derivingFigures(_ peaks: DevicePeaks?) -> Self {
    var derived = self
    let seconds = measurement.median
    if let operations {
      derived.figures[Figure.speed] = operations / seconds / 1e9
      derived.figures[Figure.shareOfPeak] = peaks?.operationsPerSecond.map { 100 * operations / seconds / $0 }
    }
    if let bytes {
      derived.figures[Figure.bandwidth] = bytes / seconds / 1e9
      derived.figures[Figure.shareOfBandwidth] = peaks?.bytesPerSecond.map { 100 * bytes / seconds / $0 }
    }
    return derived
  }
}
