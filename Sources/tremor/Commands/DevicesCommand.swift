import ArgumentParser
import ArrayFiles
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
    try output.answer("devices") {
      Listing(devices: reports, openCL: catalog.openCLAbsence)
    } text: {
      let missing = catalog.openCLAbsence.map { ["No OpenCL device: \($0)"] } ?? []
      return (reports.map(\.text) + missing).joined(separator: "\n\n")
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
  /// What every answer says about a device, beside the rest.
  private let part: DevicePart
  let memory, largestBuffer: UInt64?
  let largestGroup, localMemory: Int?
  /// The element types whose results are right.
  let types: [String]
  /// What it has found out about itself and decided by it.
  let findings: [String]
  /// Why it cannot be used.
  let obstacle: String?

  private enum CodingKeys: CodingKey {
    case memory, largestBuffer, largestGroup, localMemory, types, findings, obstacle
  }

  func encode(to encoder: any Encoder) throws {
    try part.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(memory, forKey: .memory)
    try container.encodeIfPresent(largestBuffer, forKey: .largestBuffer)
    try container.encodeIfPresent(largestGroup, forKey: .largestGroup)
    try container.encodeIfPresent(localMemory, forKey: .localMemory)
    try container.encode(types, forKey: .types)
    try container.encode(findings, forKey: .findings)
    try container.encodeIfPresent(obstacle, forKey: .obstacle)
  }

  init(_ entry: DeviceEntry) async {
    (memory, largestBuffer) = (entry.memory, entry.largestBuffer)
    (largestGroup, localMemory) = (entry.largestGroup, entry.localMemory)
    do {
      try entry.open()
      var working: [String] = []
      for element in ElementType.allCases where try await computes(element, on: entry.device) {
        working.append(element.description)
      }
      (types, obstacle) = (working, nil)
      findings = entry.device.findings
    } catch {
      (types, obstacle) = ([], Tremor.message(of: error))
      findings = []
    }
    part = DevicePart(entry, isUsable: obstacle == nil)
  }

  var text: String {
    var lines = ["\(part.name)  \(part.title)".printable]
    func add(_ label: String, _ value: String?) {
      guard let value else { return }
      lines.append("  " + label + String(repeating: " ", count: 16 - label.count) + value.printable)
    }
    add("kernels", part.kernels.map { "\($0.rawValue) family" } ?? "none: \(obstacle ?? "unknown")")
    add("element types", types.isEmpty ? nil : types.joined(separator: ", "))
    add("memory", memory.map(Format.bytes) ?? "that of the host")
    add("largest buffer", largestBuffer.map(Format.bytes))
    add(part.kind == .processor ? "threads" : "compute units", String(part.units))
    add("largest group", largestGroup.map(String.init))
    add("local memory", localMemory.map { Format.bytes(UInt64($0)) })
    add("products", obstacle == nil ? PrecisionArgument(part.precision).rawValue : nil)
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
