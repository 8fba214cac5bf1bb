import Compute

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Finds out whether the tensor cores of a device compute what they should, and for which layers they are faster.
///
/// Nothing that fails here hurts other kernels. What was found is kept beside the verdict of the self-test.
struct TensorCoreExamination {
  let engine: OpenCLEngine
  let files: FileCache?
  /// The passes that suit the device without tensor cores.
  let options: PlanOptions
  let use: TensorCoreUse
  /// Times layers; tests put something else here.
  var timing: @Sendable (OpenCLEngine, PlanOptions) -> [String: TensorCoreVerdict.Times] = {
    engine, options in
    TensorCoreTiming(engine, options).times()
  }

  init(_ engine: OpenCLEngine, _ location: CacheLocation, _ options: PlanOptions, _ use: TensorCoreUse) {
    self.engine = engine
    self.options = options
    self.use = use
    files = SelfTest(engine, location, options).files
  }

  /// What was found, now or before.
  ///
  /// - Throws: ``DeviceError`` when the device is lost; the next start will do without tensor cores.
  func verdict() throws(DeviceError) -> TensorCoreVerdict {
    let name = try file
    if let known = files?.content(of: name),
      let verdict = try? JSONDecoder().decode(TensorCoreVerdict.self, from: Data(known))
    {
      return verdict
    }
    do {
      let verdict = try examine()
      store(verdict, as: name)
      return verdict
    } catch  where error.kind == .outOfMemory {
      return TensorCoreVerdict(failure: "there was too little memory to test them")
    } catch {
      store(TensorCoreVerdict(failure: "the device was lost in a test of them"), as: name)
      throw error
    }
  }

  /// The name of the file for these kernels, options and tests.
  var file: String {
    get throws(DeviceError) {
      let texts = try engine.translating { () throws(OpenCLError) in
        try KernelTexts.assembled("gpu/tensor.cl") + KernelTexts.assembled("gpu/family.cl")
      }
      let subject = "\(SelfTestGroup.version)|\(use)|\(options.rawValue)|\(engine.tensorOptions)|\(texts)"
      return "tensor-cores-\(SHA256.hexadecimal(of: subject)).json"
    }
  }

  private func store(_ verdict: TensorCoreVerdict, as name: String) {
    // Where nothing can be kept, the next start finds it out again.
    if let data = try? JSONEncoder().encode(verdict) { try? files?.store(Array(data), as: name) }
  }

  private func examine() throws(DeviceError) -> TensorCoreVerdict {
    do {
      _ = try engine.tensorProgram()
    } catch {
      // The log would tell people about a text that they need not care for.
      return TensorCoreVerdict(failure: "the driver does not compile the kernels for them")
    }
    let all = options.union(TensorCoreLayer.every)
    let tests: [(SelfTestGroup, PlanOptions)] = [
      (.splitProducts, all), (.roundedProducts, all.union(.tensorFloat32)),
    ]
    for (group, options) in tests {
      if let failure = try SelfTest(engine, .off, options).failure(of: group) {
        return TensorCoreVerdict(failure: failure)
      }
    }
    return TensorCoreVerdict(times: use == .timed ? timing(engine, options) : [:])
  }
}
