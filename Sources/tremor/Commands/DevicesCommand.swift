import ArgumentParser
import Compute
import DeviceSelection

/// `tremor devices`: what can compute here.
struct DevicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List the CPU and every OpenCL device, and what each can do.")

  @OptionGroup var device: DeviceOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let catalog = try device.catalog()
    var reports: [DeviceReport] = []
    for entry in catalog.entries { reports.append(await DeviceReport(entry)) }
    if output.json {
      try Terminal.say(json: Listing(devices: reports, openCL: catalog.openCLAbsence))
    } else {
      Terminal.say(reports.map(\.text).joined(separator: "\n\n"))
      if let reason = catalog.openCLAbsence { Terminal.say("\nNo OpenCL device: \(reason)") }
    }
  }

  private struct Listing: Encodable {
    let devices: [DeviceReport]
    /// Why there is no OpenCL device.
    let openCL: String?
  }
}

/// What is known about a device, element types by trying them.
private struct DeviceReport: Encodable {
  let name, title: String
  let kind: DeviceEntry.Kind
  /// The kernels it runs, or nil where it cannot be used.
  let kernels: KernelFamily?
  let memory, largestBuffer: UInt64?
  let units: Int
  let largestGroup, localMemory: Int?
  /// The element types whose results are right.
  let types: [String]
  /// How exactly it multiplies.
  let precision: Precision
  /// What it has found out about itself and decided by it.
  let findings: [String]
  /// Why it cannot be used.
  let obstacle: String?

  init(_ entry: DeviceEntry) async {
    (name, title, kind) = (entry.name, entry.title, entry.kind)
    (memory, largestBuffer) = (entry.memory, entry.largestBuffer)
    (units, largestGroup, localMemory) = (entry.units, entry.largestGroup, entry.localMemory)
    precision = entry.precision
    do {
      try entry.open()
      var working: [String] = []
      for element in ElementType.allCases where try await computes(element, on: entry.device) {
        working.append(element.description)
      }
      (kernels, types, obstacle) = (entry.device.family, working, nil)
      findings = entry.device.findings
    } catch {
      (kernels, types, obstacle) = (nil, [], "\(error)")
      findings = []
    }
  }

  var text: String {
    var lines = ["\(name)  \(title)"]
    func add(_ label: String, _ value: String?) {
      guard let value else { return }
      lines.append("  " + label + String(repeating: " ", count: 16 - label.count) + value)
    }
    add("kernels", kernels.map { "\($0.rawValue) family" } ?? "none: \(obstacle ?? "unknown")")
    add("element types", types.isEmpty ? nil : types.joined(separator: ", "))
    add("memory", memory.map(Format.bytes) ?? "that of the host")
    add("largest buffer", largestBuffer.map(Format.bytes))
    add(kind == .processor ? "threads" : "compute units", String(units))
    add("largest group", largestGroup.map(String.init))
    add("local memory", localMemory.map { Format.bytes(UInt64($0)) })
    add("products", obstacle == nil ? PrecisionArgument(precision).rawValue : nil)
    for finding in findings { add("found", finding) }
    return lines.joined(separator: "\n")
  }
}

/// Whether a small graph over this element type gives what the reference interpreter gives.
private func computes(_ element: ElementType, on device: any Device) async throws -> Bool {
  let graph = try Graph { scope in
    let x = scope.input("x", [2, 3], element)
    return [x.transposed, x.cast(to: .int32) + 1, x.sliced(axis: 1, from: 0, count: 2)]
  }
  let values: [Double] = [0, 1, 1, 0, 0, 1]
  let argument = ReferenceArray(TensorType([2, 3], element), values)
  let expected = try graph.interpret(["x": argument]).map(\.hostArray)
  var executable = try Executable(graph, on: device)
  return try await executable.run(["x": argument.hostArray]) == expected
}
