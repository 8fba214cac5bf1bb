import ArrayFiles
import ComputeTestSupport
import FileTestSupport
import Testing

@Suite struct SafetensorsFileTests {
  private static func bytes(_ header: String, _ elements: [UInt8] = []) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + header.utf8 + elements
  }

  @Test func writingAndReadingChangesNothing() throws {
    let folder = try TestFolder()
    let path = folder.path("model.safetensors")
    let arrays: [(name: String, array: StoredArray)] =
      ArrayElement.allCases.map { (name: "layer.\($0.rawValue)", array: $0.sample) } + [
        ("empty", StoredArray(shape: [0, 2], doubles: [], as: .float32)),
        ("scalar", StoredArray(shape: [], doubles: [2], as: .float64)),
      ]
    try SafetensorsFile.write(arrays, metadata: ["format": "pt", "note": "ü \"/"], to: path)
    let file = try SafetensorsFile(path)
    #expect(Set(file.names) == Set(arrays.map(\.name)))
    #expect(file.metadata == ["format": "pt", "note": "ü \"/"])
    for (name, array) in arrays { #expect(try file.array(name) == array, "\(name)") }
  }

  @Test func theFormatIsThatOfTheSpecification() throws {
    let folder = try TestFolder()
    let header = #"{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   "#
    let path = try folder.write(Self.bytes(header, [0, 0, 0x80, 0x3F]), as: "a.safetensors")
    let file = try SafetensorsFile(path)
    #expect(try file.array("a") == StoredArray(shape: [1], doubles: [1], as: .float32))
    #expect(file.metadata == ["k": "v"])
    try SafetensorsFile.write([("a", file.array("a"))], metadata: file.metadata, to: folder.path("b"))
    let written = try InputFile(folder.path("b")).read()
    #expect(written.count % 8 == 4 && written.starts(with: [80, 0, 0, 0, 0, 0, 0, 0]))
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, "do not hold the 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "the arrays take 8 bytes, but 4 follow"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "leaves a gap"),
    (
      #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"#
        + #""b":{"dtype":"U8","shape":[],"data_offsets":[2,3]}}"#,
      "overlaps"
    ),
    (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, "take 3 bytes, but 4 follow"),
    (#"{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#, "elements of type 'F8_E4M3'"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "no array has the shape [-1]"),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}"#, "no array has the shape"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775807,3]}}"#, "do not hold"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, "header"),
    (#"{"a":{"dtype":"F32","shape":[1e400],"data_offsets":[0,4]}}"#, "header"),
    (#"["a"]"#, "begins with '{'"),
    (#"{"a""#, "header"),
  ])
  func headersThatMakeNoSenseAreRefused(header: String, message: String) throws {
    let folder = try TestFolder()
    let path = try folder.write(Self.bytes(header, [1, 2, 3, 4]), as: "bad.safetensors")
    let problem = failure { _ = try SafetensorsFile(path) }
    #expect(problem?.hasPrefix(path) == true)
    #expect(problem?.contains(message) == true, "\(problem ?? "nothing")")
  }

  @Test func aHeaderLongerThanTheFileIsRefused() throws {
    let folder = try TestFolder()
    for length in [
      [9, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0x80], [UInt8](repeating: 0xFF, count: 8),
    ] {
      let path = try folder.write(length as [UInt8] + [0x7B, 0x7D], as: "long")
      #expect(failure { _ = try SafetensorsFile(path) }?.contains("a header of") == true)
    }
  }

  @Test func damageIsAnErrorOrArrays() throws {
    let folder = try TestFolder()
    try SafetensorsFile.write(
      [("a", ArrayElement.float16.sample), ("b", ArrayElement.int64.sample)], metadata: ["k": "v"],
      to: folder.path("whole"))
    try checkDamage(InputFile(folder.path("whole")).read(), seed: 3) { path in
      let file = try SafetensorsFile(path)
      for name in file.names { _ = try file.array(name) }
    }
  }
}
