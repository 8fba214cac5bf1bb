public import Compute
import Synchronization

/// A device behind an OpenCL driver.
///
/// The first use opens it: a context, a queue, the kernels of its family, and the self-test.
public final class OpenCLDevice: Device {
  /// What the driver says about it.
  public let properties: DeviceDescription
  /// `opencl:` and the position among all devices.
  public let name: String
  /// The kernels it runs: those with explicit vectors on processors, else those with local memory.
  public let family: KernelFamily

  private let listed: ListedDevice
  private let location: CacheLocation
  private let testsItself: Bool
  private let opened = Mutex<Result<Opened, DeviceError>?>(nil)

  private struct Opened {
    let engine: OpenCLEngine
    let planOptions: PlanOptions
  }

  /// Takes a device from the list.
  ///
  /// - Parameters:
  ///   - family: Another family than the one that suits it.
  ///   - location: Where compiled programs and verdicts are kept.
  ///   - testsItself: Whether the first use is preceded by the self-test.
  init(
    _ listed: ListedDevice, family: KernelFamily? = nil, location: CacheLocation = .standard,
    testsItself: Bool = SelfTest.isOn
  ) {
    self.listed = listed
    self.location = location
    self.testsItself = testsItself
    properties = listed.description
    name = "opencl:\(listed.description.index)"
    self.family = family ?? OpenCL.requestedFamily ?? listed.description.suitedFamily
  }

  /// The same device with another family of kernels; it shares no memory with this one.
  public func running(_ family: KernelFamily) -> OpenCLDevice {
    OpenCLDevice(listed, family: family, location: location, testsItself: testsItself)
  }

  /// Memory of its own that lives as long as the buffer.
  ///
  /// - Throws: ``DeviceError`` when there is not enough.
  public func makeBuffer(byteCount: Int) throws -> any DeviceBuffer {
    let engine = try engine()
    return try engine.translating { () throws(OpenCLError) in
      OpenCLMemory(try engine.queue.allocate(byteCount: max(4, byteCount)), byteCount, engine)
    }
  }

  /// Gets everything ready that running `plan` needs.
  ///
  /// - Throws: ``DeviceError`` when memory is short or a kernel does not build.
  public func makeSession(_ plan: Plan) throws -> any Session { try OpenCLSession(plan, try engine()) }

  /// The passes that suit it: without fast convolutions where they need more local memory than there is, or where
  /// the self-test found them wrong.
  public var planOptions: PlanOptions { (try? opening().planOptions) ?? .all }

  /// What makes commands and memory; the first use opens the device.
  func engine() throws -> OpenCLEngine { try opening().engine }

  /// Opens the device if that has not been done; one that failed once is not tried again.
  private func opening() throws -> Opened {
    let result = opened.withLock { state in
      if let state { return state }
      let result = Result { () throws(DeviceError) in try open() }
      state = result
      return result
    }
    return try result.get()
  }

  private func open() throws(DeviceError) -> Opened {
    if let obstacle = properties.obstacle {
      throw DeviceError(.unavailable, on: name, "\(properties.name) cannot be used: \(obstacle)")
    }
    let engine = try OpenCLEngine(listed, name: name, family: family, location: location)
    let fast = SelfTestGroup.fastConvolutions.name
    let hasRoom = properties.localMemory >= OpenCLEngine.fastConvolutionMemory
    var options: PlanOptions = family == .gpu && !hasRoom ? .all.subtracting(.fastConvolution) : .all
    guard testsItself else { return Opened(engine: engine, planOptions: options) }
    var failures = try SelfTest(engine, location, options).verdict().failures
    if family == .gpu, let failure = failures.removeValue(forKey: fast) {
      options.subtract(.fastConvolution)
      OpenCL.report("\(name): \(failure), so slower ones are used")
    }
    guard failures.isEmpty else {
      let list = failures.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
      throw DeviceError(
        .unreliable, on: name,
        "\(properties.name) fails the self-test, so it is not used: \(list). Update its driver, or use another device."
      )
    }
    return Opened(engine: engine, planOptions: options)
  }
}

extension DeviceDescription {
  /// The family for a device of this kind: local memory that is a part of global memory gains nothing.
  public var suitedFamily: KernelFamily { kind == .cpu || localMemoryKind == .global ? .cpu : .gpu }
}
