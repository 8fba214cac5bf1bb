import ArgumentParser
import DeviceSelection
import Foundation

/// Where a command computes.
struct DeviceOptions: ParsableArguments {
  @Option(
    help:
      "The device: cpu, opencl or opencl:N; by default the best OpenCL GPU, else the CPU. TREMOR_DEVICE too.")
  var device: String?

  @Option(help: "Threads of the CPU device; by default one for each core.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads \(threads): a number in 1...1024 is needed")
    }
    _ = try request()
  }

  /// The device that `--device` asks for, else `TREMOR_DEVICE`, else the best.
  func request() throws -> DeviceRequest {
    let variable = ProcessInfo.processInfo.environment["TREMOR_DEVICE"].flatMap { $0.isEmpty ? nil : $0 }
    guard let name = device ?? variable else { return .best }
    guard let request = DeviceRequest(name) else {
      let origin = device == nil ? "TREMOR_DEVICE=" : "--device "
      throw ValidationError("\(origin)\(name): there is no such device; say cpu, opencl or opencl:N")
    }
    return request
  }

  /// The device to compute on.
  func entry(_ output: OutputOptions) throws -> DeviceEntry {
    let request = try request()
    return try DeviceCatalog.current(threads: threads, for: request).entry(for: request, note: output.remark)
  }

  /// The devices to compare: the one that was asked for, else all, and why none of them is an OpenCL device.
  func catalog() throws -> DeviceCatalog {
    let request = try request()
    let catalog = try DeviceCatalog.current(threads: threads, for: request)
    return request == .best ? catalog : DeviceCatalog([try catalog.entry(for: request)])
  }
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
