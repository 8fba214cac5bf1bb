import ArrayFiles
import Foundation
import Testing

@testable import tremor

/// What is written where, and what becomes of a command that cannot write.
@Suite struct OutputTests {
  private let place: Workplace
  private let model: String

  init() throws {
    place = try Workplace()
    model = try place.classifier()
  }

  private var commands: [[String]] {
    let device = ["--device", "cpu", "--threads", "1"]
    return [
      ["--help"], ["help", "attack"], ["attack", "--help"], ["--version"], ["inspect", model],
      ["predict", model, "digits", "--limit", "3"] + device,
      ["gradient", model, "digits", "--limit", "3"] + device,
      ["attack", model, "digits", "--limit", "3", "--eps", "0.01,0.02", "--steps", "1"] + device,
      ["devices"] + device, ["self-test", "--only", "sum"] + device,
      ["bench", "--network", "mlp", "--what", "forward", "--repetitions", "1", "--batch", "2"] + device,
    ]
  }

  @Test func aFullDiskIsAFailureThatNamesStandardOutput() throws {
    for command in commands {
      for json in [[], ["--json"]] where json.isEmpty || !command.description.contains("help") {
        if command == ["--version"], !json.isEmpty { continue }
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let run = try TremorProcess(command + json, to: full)
        #expect(run.status == 2, "\(command)")
        #expect(run.complainsOnce || command[0] == "gradient", "\(command): \(run.errors)")
        #expect(run.errors.contains("standard output: cannot be written: No space left"), "\(run.errors)")
      }
    }
  }

  @Test func aReaderThatHasGoneIsForgiven() throws {
    for command in commands {
      let pipe = Pipe()
      try pipe.fileHandleForReading.close()
      let run = try TremorProcess(command, to: pipe.fileHandleForWriting)
      #expect(run.status == 0 && !run.errors.contains("standard output"), "\(command): \(run.errors)")
    }
  }

  @Test func namesDoNotCommandTheTerminal() throws {
    let name = "x\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}\nz"
    let folder = place.path("folder\u{1B}[31m")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let path = folder + "/model.onnx"
    try FileManager.default.copyItem(atPath: model, toPath: path)
    for command in [
      ["inspect", path], ["inspect", path, "--json"], ["predict", path, "digits", "--device", "cpu"],
      ["predict", folder + "/none.onnx", "digits"], ["predict", path, "npy:\(name),\(name)"],
      ["attack", path, "digits", "--eps", name], [name], ["bench", name, "--network", name],
      ["self-test", "--only", name], ["run", path, name],
    ] {
      let run = try TremorProcess(command)
      for text in [run.output, run.errors] {
        let isHarmless = text.unicodeScalars.allSatisfy { scalar in
          scalar == "\n" || !(scalar.properties.generalCategory == .control || scalar.value == 0x202E)
        }
        #expect(isHarmless, "\(command): \(text.debugDescription)")
      }
    }
  }

  @Test func controlCharactersAreWrittenAsNumbers() throws {
    for value in Array(0...0x300 as ClosedRange<UInt32>) + Array(0x2000...0x2070) {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "a" + String(Character(scalar)) + "b"
      let isText = scalar.properties.generalCategory != .control
      #expect(
        !isText || [0x200E, 0x200F].contains(value) || (0x2028...0x202E).contains(value)
          || (0x2066...0x2069).contains(value) || text.printable == text, "\(value)")
      #expect(text.printable.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
      struct Holder: Codable { let text: String }
      let json = String(decoding: try JSONEncoder().encode(Holder(text: text)), as: UTF8.self).asciiControls
      #expect(json.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(value)")
      #expect(try JSONDecoder().decode(Holder.self, from: Data(json.utf8)).text == text)
    }
  }
}
