import Compute

/// The arena and the constants of a plan, and the parts of them that launches use.
final class PlanMemory {
  /// The allocation with all intermediate values.
  private let arena: OpenCLBuffer
  /// What the setup makes, once some memory is bound.
  private(set) var setup: OpenCLBuffer?
  private let setupBytes: Int
  private let constants: OpenCLBuffer?
  /// Where each range of constants lies in the allocation.
  private let constantPlaces: [Plan.Range: Int]
  /// By how much the arena is stretched, so that every offset is one where the device lets a buffer start.
  private let stretch: Int
  private var parts: [Plan.Range: OpenCLBuffer] = [:]

  /// The multiple that plans keep offsets in the arena at.
  private static let alignment = 512

  init(_ plan: Plan, _ launches: [Plan.Launch], _ queue: CommandQueue) throws(OpenCLError) {
    let alignment = max(Self.alignment, queue.device.description.baseAddressAlignment)
    stretch = (alignment + Self.alignment - 1) / Self.alignment
    setupBytes = plan.setupBytes
    arena = try queue.allocate(byteCount: max(Self.alignment, plan.arenaBytes) * stretch)
    var places: [Plan.Range: Int] = [:]
    var bytes: [UInt8] = []
    for range in launches.flatMap(\.buffers) where range.region == .constants && places[range] == nil {
      places[range] = bytes.count
      bytes += plan.constants[range.offset..<(range.offset + range.count)]
      bytes += [UInt8](repeating: 0, count: max(4, range.count).roundedUp(to: alignment) - range.count)
    }
    constantPlaces = places
    constants = bytes.isEmpty ? nil : try OpenCLBuffer(queue.context, byteCount: bytes.count)
    if let constants { try queue.write(bytes, to: constants) }
  }

  /// The bytes that ``bind(setup:)`` takes.
  var setupByteCount: Int { max(Self.alignment, setupBytes) * stretch }

  /// Names the memory of what the setup makes.
  func bind(setup: OpenCLBuffer) {
    self.setup = setup
    parts = parts.filter { $0.key.region != .setup }
  }

  /// The allocation of a range of the arena or of the setup, and the offset there.
  func place(_ range: Plan.Range) -> (buffer: OpenCLBuffer, offset: Int) {
    guard range.region == .setup else { return (arena, range.offset * stretch) }
    guard let setup else { preconditionFailure("nothing is launched or read before memory is bound") }
    return (setup, range.offset * stretch)
  }

  /// A range of the arena or of the constants as a buffer of its own.
  func part(_ range: Plan.Range) throws(OpenCLError) -> OpenCLBuffer {
    if let known = parts[range] { return known }
    let part: OpenCLBuffer
    if range.region == .constants, let constants, let place = constantPlaces[range] {
      part = try constants.part(offset: place, byteCount: max(4, range.count))
    } else {
      let (buffer, offset) = place(range)
      part = try buffer.part(offset: offset, byteCount: max(4, range.count))
    }
    parts[range] = part
    return part
  }
}

extension Int {
  func roundedUp(to multiple: Int) -> Int { (self + multiple - 1) / multiple * multiple }
}
