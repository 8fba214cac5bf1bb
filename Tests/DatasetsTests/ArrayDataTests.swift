import ArrayFiles
import Compute
import ComputeTestSupport
import Datasets
import FileTestSupport
import Testing

/// What arrays of every type, layout, range and form of labels hold is what was put into them.
@Suite struct ArrayDataTests {
  /// How one data set is stored.
  private struct Form {
    let element: ArrayElement
    let isChannelsLast: Bool
    let range: ClosedRange<Double>?
    let isOneHot: Bool
    let hasLabelAxis: Bool
    let isCompressed: Bool

    init(_ random: inout SeededGenerator) {
      element = [.uint8, .float16, .float32, .float64].randomElement(using: &random) ?? .uint8
      isChannelsLast = random.chance(0.5)
      let ranges: [ClosedRange<Double>?] = [nil, 0...1, 0...255, -1...1, -0.5...0.5, 0.1...0.7]
      range = ranges.randomElement(using: &random) ?? nil
      (isOneHot, hasLabelAxis) = (random.chance(0.5), random.chance(0.5))
      isCompressed = random.chance(0.5)
    }
  }

  /// Images of bytes, `[N, C, H, W]`, and labels.
  private struct Content {
    let shape: [Int]
    let pixels: [UInt8]
    let labels: [Int32]
    static let classCount = 5

    init(_ random: inout SeededGenerator) {
      let shape = (0..<4).map { Int.random(in: 1...($0 == 1 ? 4 : 6), using: &random) }
      self.shape = shape
      pixels = (0..<shape.reduce(1, *)).map { _ in UInt8.random(in: 0...255, using: &random) }
      labels = (0..<shape[0]).map { _ in Int32.random(in: 0..<Int32(Content.classCount), using: &random) }
    }

    /// The images as they are stored.
    func images(_ form: Form) -> StoredArray {
      let (n, c, h, w) = (shape[0], shape[1], shape[2], shape[3])
      var (ordered, extents) = (pixels, shape)
      if form.isChannelsLast {
        extents = [n, h, w, c]
        ordered = (0..<pixels.count).map { index in
          let (place, channel) = (index / c % (h * w), index % c)
          return pixels[index / (c * h * w) * (c * h * w) + channel * h * w + place]
        }
      }
      if form.element == .uint8 { return StoredArray(shape: extents, element: .uint8, bytes: ordered) }
      let range = form.range ?? 0...1
      let values = ordered.map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 255 }
      return StoredArray(shape: extents, doubles: values, as: form.element)
    }

    func labels(_ form: Form) -> StoredArray {
      guard form.isOneHot else {
        let shape = form.hasLabelAxis ? [labels.count, 1] : [labels.count]
        return StoredArray(shape: shape, integers: labels.map { Int64($0) }, as: .int16)
      }
      let rows = labels.flatMap { label in (0..<Content.classCount).map { $0 == label ? 1.0 : 0 } }
      return StoredArray(
        shape: [labels.count, Content.classCount], doubles: rows, as: form.hasLabelAxis ? .float32 : .uint8)
    }
  }

  /// How far the pixels may lie from those that were stored: what the element type loses.
  private func tolerance(_ form: Form) -> Float {
    let largest = max(abs((form.range ?? 0...1).lowerBound), (form.range ?? 0...1).upperBound)
    let width = (form.range ?? 0...1).upperBound - (form.range ?? 0...1).lowerBound
    let precisions: [ArrayElement: Double] = [.float16: 0x1p-11, .float32: 0x1p-24]
    let precision = precisions[form.element, default: 0]
    return Float(precision * largest / width) + 0x1p-23
  }

  @Test func everyFormHoldsTheSameSamples() throws {
    var random = SeededGenerator(seed: 15)
    let folder = try TestFolder()
    for _ in 0..<150 {
      let (form, content) = (Form(&random), Content(&random))
      let (images, labels) = (content.images(form), content.labels(form))
      let names =
        [("images", "labels"), ("x_test", "y_test"), ("test_images", "test_labels"), ("x", "y")]
        .randomElement(using: &random) ?? ("x", "y")
      try NPZArchive.write(
        [(names.1, labels), (names.0, images)], to: folder.path("d.npz"), compressed: form.isCompressed)
      try NPYFile.write(images, to: folder.path("x.npy"))
      try NPYFile.write(labels, to: folder.path("y.npy"))
      var request = DataRequest()
      request.range = form.range
      request.layout = form.isChannelsLast ? .nhwc : random.chance(0.5) ? .nchw : nil
      let exact = content.pixels.map { Float($0) / 255 }
      for text in ["npz:\(folder.path("d.npz"))", "npy:\(folder.path("x.npy")),\(folder.path("y.npy"))"] {
        let samples = try DataSource(text).load(request)
        #expect(samples.inputs.shape.extents == content.shape)
        #expect(samples.labels == content.labels)
        #expect(samples.classCount == (form.isOneHot ? Content.classCount : nil))
        let tolerance = tolerance(form)
        #expect(zip(samples.inputs.floats, exact).allSatisfy { abs($0 - $1) <= tolerance }, "\(form)")
        if form.element == .uint8 { #expect(samples.inputs.floats == exact) }
        try checkChoices(text, request, samples, &random)
      }
    }
  }

  /// Any choice gives the samples that it means out of the whole.
  private func checkChoices(
    _ text: String, _ request: DataRequest, _ whole: Samples, _ random: inout SeededGenerator
  ) throws {
    var request = request
    let indices = Array(
      whole.labels.indices.shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random)))
    request.limit = random.chance(0.5) ? nil : Int.random(in: 1...7, using: &random)
    #expect(try DataSource(text).load(request) == request.limit.map(whole.prefix) ?? whole)
    request.indices = indices
    let kept = Array(indices.prefix(request.limit ?? .max))
    #expect(try DataSource(text).load(request) == whole.at(kept))
    let label = whole.labels[0]
    request.indices = nil
    request.classes = ["\(label)"]
    let ofClass = whole.labels.indices.filter { whole.labels[$0] == label }.prefix(request.limit ?? .max)
    let chosen = try DataSource(text).load(request)
    #expect(chosen == whole.at(Array(ofClass)) && chosen.numbers == Array(ofClass))
  }

  @Test func bothOrdersOfAxesOfTheFileAreRead() throws {
    // numpy's Fortran order: the bytes of the transposed array under the header of the array.
    let folder = try TestFolder()
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }"
    let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let values = StoredArray(shape: [6], floats: [0, 0.2, 0.4, 0.1, 0.3, 0.5])
    try folder.write(
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + values.bytes, as: "x.npy")
    for rows in 0...4 {
      let expected = Array([0, 0.1, 0.2, 0.3, 0.4, 0.5][..<(2 * min(3, rows))] as ArraySlice<Float>)
      #expect(try NPYFile.modelInputs(folder.path("x.npy"), rows: rows).floats == expected)
    }
  }

  @Test func partsOfArchivesAreChosenByName() throws {
    let folder = try TestFolder()
    let path = folder.path("d.npz")
    func array(_ count: Int) -> StoredArray {
      StoredArray(shape: [count, 2, 2], element: .uint8, bytes: [UInt8](repeating: 7, count: 4 * count))
    }
    func labels(_ count: Int) -> StoredArray {
      StoredArray(shape: [count, 1], integers: (0..<count).map { Int64($0) }, as: .uint8)
    }
    for names in [("x_%", "y_%"), ("%_images", "%_labels")] {
      func name(_ part: String) -> (String, String) {
        (names.0.replacing("%", with: part), names.1.replacing("%", with: part))
      }
      try NPZArchive.write(
        [(name("train").0, array(5)), (name("train").1, labels(5))], to: path, compressed: true)
      #expect(try DataSource("npz:\(path):train").load().count == 5)
      #expect(
        failure { _ = try DataSource("npz:\(path)").load() }?.hasSuffix("; say npz:\(path):train") == true)
      try NPZArchive.write(
        [
          (name("train").0, array(5)), (name("train").1, labels(5)), (name("test").0, array(3)),
          (name("test").1, labels(3)),
        ], to: path)
      for (text, count) in [("", 3), (":test", 3), (":train", 5)] {
        #expect(try DataSource("npz:\(path)\(text)").load().count == count)
      }
    }
    try NPZArchive.write(
      [("images", array(2)), ("labels", labels(2)), ("x", array(1)), ("y", labels(1))], to: path)
    #expect(failure { _ = try DataSource("npz:\(path)").load() }?.contains("more than one data set") == true)
    try NPZArchive.write([("weights", array(2))], to: path)
    #expect(
      failure { _ = try DataSource("npz:\(path)").load() }?.hasPrefix(
        "\(path): holds weights, and needed are") == true)
  }

  @Test func whatLiesOutsideTheRangeIsNamed() throws {
    let folder = try TestFolder()
    let (x, y) = (folder.path("x.npy"), folder.path("y.npy"))
    try NPYFile.write(StoredArray(shape: [2], integers: [0, 1], as: .int64), to: y)
    for value in [1.5, -1.25, .nan, .infinity] {
      try NPYFile.write(StoredArray(shape: [2, 3], doubles: [0, 1, -1, 0.5, 0, value], as: .float64), to: x)
      var request = DataRequest()
      request.range = -1...1
      let message = failure { _ = try DataSource("npy:\(x),\(y)").load(request) }
      #expect(message == "\(x): sample 1: element 2 is \(Float(value)), outside the range -1.0...1.0")
      request.range = nil
      if value.isFinite {
        #expect(try DataSource("npy:\(x),\(y)").load(request).inputs.floats[5] == Float(value))
      }
    }
  }

  @Test func optionsOfOtherKindsOfDataAreRefused() throws {
    var request = DataRequest()
    request.layout = .nhwc
    #expect(
      failure { _ = try DataSource("digits").load(request) }?.contains("--layout is for arrays") == true)
    let folder = try TestFolder()
    try NPYFile.write(StoredArray(shape: [1, 3], floats: [0, 0, 0]), to: folder.path("x.npy"))
    try NPYFile.write(StoredArray(shape: [1], integers: [0], as: .int64), to: folder.path("y.npy"))
    let text = "npy:\(folder.path("x.npy")),\(folder.path("y.npy"))"
    #expect(
      failure { _ = try DataSource(text).load(request) }?.contains("channels last are [N, H, W, C]") == true)
    request = DataRequest()
    request.resizing = ImageResizing(shorterSide: 4, crop: 4)
    #expect(failure { _ = try DataSource(text).load(request) }?.contains("are for image files") == true)
  }

  @Test func damageIsAnErrorOrSamples() throws {
    let folder = try TestFolder()
    let path = folder.path("d.npz")
    let images = StoredArray(shape: [2, 3, 2, 1], doubles: (0..<12).map { Double($0) / 12 }, as: .float16)
    let labels = StoredArray(shape: [2, 2], doubles: [0, 1, 1, 0], as: .float32)
    for isCompressed in [false, true] {
      try NPZArchive.write([("x_test", images), ("y_test", labels)], to: path, compressed: isCompressed)
      try checkDamage(try InputFile(path).read(), seed: 19, as: "damaged.npz") { path in
        var request = DataRequest()
        (request.layout, request.range) = (.nhwc, 0...1)
        _ = try DataSource("npz:\(path)").load(request)
      }
    }
  }
}

/// Archives and compressed files that promise more than they hold, or more than there is memory for.
@Suite struct HugeDeclarationTests {
  @Test func anArrayLargerThanMemoryIsRefusedBeforeItIsThere() throws {
    let folder = try TestFolder()
    // 2⁵⁰ bytes that take no place on the disk, as a file with a hole.
    let path = folder.path("huge.npy")
    let shape = [1 << 30, 1 << 10, 1 << 10]
    let header =
      "{'descr': '|u1', 'fortran_order': False, 'shape': (\(shape[0]), \(shape[1]), \(shape[2])), }"
    let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    try folder.write([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8), as: "huge.npy")
    #expect(
      failure { _ = try NPYFile.modelInputs(path) }
        == "\(path): the elements should take \(1 << 50) bytes, but no more than 0 can follow")
    #expect(
      failure { _ = try NPYFile.modelInputs(path, rows: 3) }?.contains("should take \(3 << 20) bytes") == true
    )
    let small = "{'descr': '|u1', 'fortran_order': False, 'shape': (1048576, 1048576), }"
    let text = small + String(repeating: " ", count: 117 - small.utf8.count) + "\n"
    try folder.write([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8), as: "huge.npy")
    try folder.enlarge("huge.npy", to: 128 + (1 << 40))
    let message = failure { _ = try NPYFile.modelInputs(path) }
    #expect(message?.contains("takes \(1 << 42) bytes; this machine has") == true, "\(message ?? "")")
    #expect(try NPYFile.modelInputs(path, rows: 2).shape == [2, 1 << 20])
  }
}
