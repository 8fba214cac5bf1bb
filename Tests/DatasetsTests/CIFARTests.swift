import ArrayFiles
import Compute
import ComputeTestSupport
import Datasets
import FileTestSupport
import Testing

@Suite struct CIFARTests {
  /// A record whose labels are given and whose pixels are all `value` in red, 0 in green and 255 in blue.
  private static func record(_ labels: [UInt8], _ value: UInt8) -> [UInt8] {
    labels + [value, 0, 255].flatMap { [UInt8](repeating: $0, count: 1_024) }
  }

  /// The red value of each sample, as bytes.
  private static func reds(_ samples: Samples) -> [Float] {
    stride(from: 0, to: samples.inputs.shape.count, by: 3_072).map {
      (samples.inputs.floats[$0] * 255).rounded()
    }
  }

  @Test(arguments: ["", "cifar-10-batches-bin/"])
  func theBatchesOfCIFAR10ComeInTheirOrder(prefix: String) throws {
    let folder = try TestFolder()
    try folder.write(Self.record([9], 30), as: "\(prefix)data_batch_10.bin")
    try folder.write(Self.record([0], 10) + Self.record([1], 11), as: "\(prefix)data_batch_1.bin")
    try folder.write(Self.record([2], 20), as: "\(prefix)data_batch_2.bin")
    try folder.write(Self.record([3], 40), as: "\(prefix)test_batch.bin")
    let training = try DataSource("cifar10:\(folder.path):train").load()
    #expect(training.inputs.shape == [4, 3, 32, 32])
    #expect(training.labels == [0, 1, 2, 9])
    #expect(Self.reds(training) == [10, 11, 20, 30])
    #expect(training.classCount == 10)
    for limit in 0...5 {
      #expect(try DataSource("cifar10:\(folder.path):train").load(limit: limit) == training.prefix(limit))
    }
    for text in ["cifar10:\(folder.path)", "cifar10:\(folder.path):test"] {
      #expect(try DataSource(text).load().labels == [3])
    }
    #expect(try DataSource("cifar10:\(folder.path)/\(prefix)test_batch.bin").load().labels == [3])
  }

  @Test func fineLabelsAndNamesOfCIFAR100AreRead() throws {
    let folder = try TestFolder()
    try folder.write(Self.record([7, 99], 1), as: "test.bin")
    try folder.write(Self.record([20, 0], 2), as: "train.bin")
    let names = (0..<100).map { "class \($0)" }
    try folder.write(Array(names.joined(separator: "\n").utf8) + [10], as: "fine_label_names.txt")
    let samples = try DataSource("cifar100:\(folder.path)").load()
    #expect(samples.labels == [99] && samples.classNames == names)
    #expect(try DataSource("cifar100:\(folder.path):train").load().labels == [0])
  }

  @Test func everyProblemNamesTheFile() throws {
    let folder = try TestFolder()
    let source = try DataSource("cifar10:\(folder.path)")
    #expect(failure { _ = try source.load() } == "\(folder.path)/test_batch.bin: there is no such file")
    #expect(
      failure { _ = try DataSource("cifar10:\(folder.path):train").load() }
        == "\(folder.path): holds no file data_batch_1.bin")
    let path = try folder.write(Self.record([1], 0) + [1], as: "test_batch.bin")
    #expect(
      failure { _ = try source.load() }
        == "\(path): 3074 bytes are not a whole number of records of 3073 bytes")
    try folder.write(Self.record([1], 0) + Self.record([10], 0), as: "test_batch.bin")
    #expect(
      failure { _ = try source.load() } == "\(path): byte 3073: label 10 of record 1 is outside 0..<10")
    #expect(try source.load(limit: 1).count == 1)
    try folder.write([65, 10], as: "batches.meta.txt")
    #expect(failure { _ = try source.load() }?.contains("batches.meta.txt: names 1 classes, not 10") == true)
    #expect(
      failure { _ = try DataSource("cifar10:\(path)/x").load() } == "\(path)/x: there is no such folder")
  }

  @Test func thePythonVersionIsCalledByItsName() throws {
    let places = [
      "cifar-10-batches-py/test_batch", "cifar-10-batches-py/data_batch_1", "test_batch", "batches.meta",
    ]
    for place in places {
      let folder = try TestFolder()
      let path = try folder.write([0x80, 2, 0x7D, 0x71], as: place)
      let parent = String(path.dropLast(path.split(separator: "/").last?.count ?? 0)).dropLast()
      for text in [folder.path, String(parent), path, "\(folder.path):train"] {
        let message = failure { _ = try DataSource("cifar10:\(text)").load() }
        #expect(message?.contains("is the Python version of the data") == true, "\(message ?? "")")
        #expect(
          message?.contains("get cifar-10-binary.tar.gz") == true && message?.hasPrefix(folder.path) == true)
      }
    }
    let folder = try TestFolder()
    for (scheme, name) in [("cifar10", "cifar-10-python.tar.gz"), ("cifar100", "cifar-100-python.tar.gz")] {
      let path = try folder.write([0x1F, 0x8B, 8, 0], as: name)
      let message = failure { _ = try DataSource("\(scheme):\(path)").load() }
      #expect(message?.hasPrefix("\(path): is the archive of the Python version") == true, "\(message ?? "")")
    }
    let binary = try folder.write([0x1F, 0x8B, 8, 0], as: "cifar-10-binary.tar.gz")
    #expect(
      failure { _ = try DataSource("cifar10:\(binary)").load() }?.contains(
        "is a compressed archive; unpack it") == true)
  }

  @Test func aFileOfAnyNameIsData() throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.record([3], 40) + Self.record([4], 41), as: "part.data")
    #expect(try DataSource("cifar10:\(path)").load().labels == [3, 4])
  }

  @Test func damageIsAnErrorOrSamples() throws {
    try checkDamage(Self.record([1], 5) + Self.record([2], 6), seed: 8, as: "damaged.bin") { path in
      _ = try DataSource("cifar10:\(path)").load()
    }
  }
}
