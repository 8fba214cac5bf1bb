import ArgumentParser
import Compute
import DeviceSelection
import Foundation

/// Where a command computes.
struct DeviceOptions: ParsableArguments {
  @Option(
    help:
      "The device: cpu, opencl or opencl:N; by default the best OpenCL GPU, else the CPU. TREMOR_DEVICE too.")
  var device: String?

  @Option(
    help: """
      Products and sums: float32; tf32 where factors may be rounded for tensor cores, or split in two parts for \
      matrix tiles; exact to compute every product as the model says and round each sum once, many times slower, \
      which tells what depends on rounding.
      """)
  var precision = PrecisionArgument.float32

  @Option(help: "Threads of the CPU device; by default one for each core.")
  var threads: Int?

  func validate() throws {
    try requireCount(threads, in: 1...1024, "--threads")
    _ = try request()
  }

  /// The device that `--device` asks for, else `TREMOR_DEVICE`, else the best.
  func request() throws -> DeviceRequest {
    let variable = EnvironmentVariable.device.value(ProcessInfo.processInfo.environment)
    guard let name = device ?? variable else { return .best }
    guard let request = DeviceRequest(name) else {
      throw ValidationError("--device \(name): \(DeviceRequest.refusal)")
    }
    return request
  }

  /// The device to compute on.
  func entry(_ output: OutputOptions) throws -> DeviceEntry {
    let request = try request()
    let catalog = try DeviceCatalog.current(threads: threads, for: request, precision: precision.value)
    let entry = try catalog.entry(for: request, note: output.remark)
    if !entry.roundsAsAsked {
      output.remark("warning: --precision \(precision.rawValue) has no effect on \(entry.name)")
    }
    return entry
  }

  /// The devices to compare: the one that was asked for, else all, and why none of them is an OpenCL device.
  func catalog() throws -> DeviceCatalog {
    let request = try request()
    let catalog = try DeviceCatalog.current(threads: threads, for: request, precision: precision.value)
    return request == .best ? catalog : DeviceCatalog([try catalog.entry(for: request)])
  }
}

/// The words for a precision.
enum PrecisionArgument: String, ExpressibleByArgument, CaseIterable {
  case float32, tf32, exact

  var value: Precision {
    switch self {
    case .float32: .float32
    case .tf32: .tensorFloat32
    case .exact: .exact
    }
  }

  init(_ precision: Precision) {
    self =
      switch precision {
      case .float32: .float32
      case .tensorFloat32: .tf32
      case .exact: .exact
      }
  }
}

extension DeviceEntry {
  /// Whether the precision that was asked for is more than a wish: rounding needs tensor cores that were found faster.
  var roundsAsAsked: Bool { precision != .tensorFloat32 || device.roundsProducts }
}

/// How a command answers.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "Print no remarks on standard error.")
  var quiet = false

  /// Tells people on standard error what goes on, unless they asked for quiet.
  func remark(_ text: String) {
    if !quiet { Terminal.complain(text) }
  }
}

/// What a command draws from.
struct SeedOption: ParsableArguments {
  @Option(help: "The seed of everything random.")
  var seed: UInt64 = 0
}
