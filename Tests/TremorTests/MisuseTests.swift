import Foundation
import Networks
import Testing

@testable import tremor

/// Arguments and environments that make no sense, and signals.
@Suite struct MisuseTests {
  private let place: Workplace
  private let model: String

  init() throws {
    place = try Workplace()
    model = try place.classifier()
  }

  @Test(arguments: ["--steps", "--restarts", "--limit", "--batch"])
  func countsNearTheLimitsOfIntegersAreRefused(_ option: String) throws {
    for count in ["4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808"] {
      let run = try TremorProcess([
        "attack", model, "digits", "--eps", "0.1", option, count, "--device", "cpu",
      ])
      #expect(run.status == 1 && run.complainsOnce && run.errors.contains(option), "\(run.errors)")
    }
  }

  @Test func theMostStepsAndRestartsAreCounted() throws {
    // Every sample falls at once, so nobody waits.
    let most = "\(AttackChoice.mostSteps)"
    let run = try TremorProcess([
      "attack", model, "digits", "--limit", "4", "--eps", "1", "--steps", most, "--restarts", most,
      "--device",
      "cpu", "--loss", "margin",
    ])
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test(arguments: [
    ("atack", "attack"), ("predcit", "predict"), ("Devices", "devices"), ("jacobain", "jacobian"),
    ("selftest", "self-test"),
  ])
  func theCommandThatMayBeMeantIsNamed(_ word: String, _ command: String) throws {
    for arguments in [[word], [word, "--json"], ["help", word]] {
      let run = try TremorProcess(arguments)
      #expect(run.status == 1 && run.complainsOnce)
      #expect(run.errors.contains("no command '\(word)'; did you mean '\(command)'?"), "\(run.errors)")
    }
    #expect(try TremorProcess(["xyz"]).errors.contains("there are inspect, run, predict"))
  }

  @Test func unknownWordsInTheEnvironmentAreMisuse() throws {
    for (name, words) in [
      ("TREMOR_CACHE", "on, off"), ("TREMOR_TUNING", "on, off"), ("TREMOR_SELF_TEST", "on, off"),
      ("TREMOR_KERNEL_FAMILY", "cpu, gpu"), ("TREMOR_TENSOR_CORES", "off, timed, all"),
    ] {
      let run = try TremorProcess(["devices", "--device", "cpu"], environment: [name: "of"])
      #expect(run.status == 1 && run.complainsOnce)
      #expect(run.errors.contains("\(name)=of") && run.errors.contains(words), "\(run.errors)")
      #expect(try TremorProcess(["devices", "--device", "cpu"], environment: [name: ""]).status == 0)
    }
  }

  @Test func everyHelpShowsDefaults() throws {
    let overview = try TremorProcess(["--help"]).output
    let list = overview[try #require(overview.range(of: "SUBCOMMANDS:")).upperBound...].split(separator: "\n")
    let commands = list.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(commands.contains("attack") && commands.count > 10)
    for command in commands {
      let lines = try TremorProcess(["help", command]).output.split(separator: "\n").map(String.init)
      let first = try #require(lines.firstIndex { $0.hasPrefix("OPTIONS") })
      // An option begins a line, and what is said of it goes on until the next.
      var options: [String] = []
      for line in lines[(first + 1)...] {
        if line.hasPrefix("  -") {
          options.append(line)
        } else if let last = options.popLast() {
          options.append(last + " " + line.drop { $0 == " " })
        }
      }
      // The others have to be given.
      let required = ["--eps,", "--surrogates", "--targets"]
      for option in options where option.contains("<") && !required.contains(where: option.contains) {
        let words = ["default", "without --model", "--model <file>"]
        #expect(words.contains { option.contains($0) }, "\(command): \(option)")
      }
    }
  }

  @Test func aLossThatRanksMoreClassesIsMisuseWithoutAPlaceInTheSource() throws {
    let two = try place.model("two.onnx", Flatten(), Linear(2))
    let data = try place.data([2, 1, 8, 8], labels: [0, 1])
    for command in [["gradient"], ["attack", "--eps", "0.1"]] {
      let run = try TremorProcess(command + [two, data, "--loss", "dlr", "--device", "cpu"])
      #expect(run.status == 1 && run.complainsOnce, "\(run.errors)")
      #expect(run.errors.contains("the loss 'dlr' needs 3 classes, and the model has 2"), "\(run.errors)")
      #expect(!run.errors.contains(".swift"), "\(run.errors)")
    }
  }

  @Test func tooFewFilesAreSaid() throws {
    let run = try shell("ulimit -n 16; exec \"$0\" predict \(model) digits --device cpu")
    #expect(run.status == 2 && run.errors.contains("ulimit -n"), "\(run.status) \(run.errors)")
  }

  private func shell(_ script: String) throws -> (status: Int32, errors: String) {
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, TremorProcess.command.path]
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let errors = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, errors)
  }
}

/// Signals leave nothing behind, and Ctrl-C has an attack say what it has found.
@Suite struct SignalTests {
  private func endless(_ place: Workplace) throws -> [String] {
    [
      "attack", try place.classifier(), "digits:train", "--eps", "0.000001", "--steps", "1000000",
      "--restarts", "1000000", "--json", "--device", "cpu", "--threads", "1",
    ]
  }

  @Test func ctrlCSaysWhatWasFound() throws {
    let place = try Workplace()
    let images = place.path("found.npy")
    let run = try TremorProcess(try endless(place) + ["--save-adversarial", images]) { process in
      Thread.sleep(forTimeInterval: 3)
      process.interrupt()
    }
    #expect(run.status == 130)
    let findings = try #require(run.json["findings"] as? [[String: Any]], "\(run.errors)")
    #expect(findings.contains { $0["kind"] as? String == "interrupted" })
    #expect(run.json["isComplete"] as? Bool == false && run.errors.contains("interrupted"))
    #expect(place.files == ["classifier.onnx", "found.npy"])
  }

  @Test func aFullDiskIsNoInterruption() throws {
    let place = try Workplace()
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let run = try TremorProcess(try endless(place), to: full) { process in
      Thread.sleep(forTimeInterval: 3)
      process.interrupt()
    }
    #expect(run.status == 2 && run.errors.contains("standard output: cannot be written"), "\(run.errors)")
  }

  @Test func theSecondCtrlCAndTermEndAtOnce() throws {
    let place = try Workplace()
    let run = try TremorProcess(try endless(place)) { process in
      Thread.sleep(forTimeInterval: 2)
      process.terminate()
    }
    #expect(run.status == 143 && run.output.isEmpty)
    #expect(place.files == ["classifier.onnx"])
  }

  @Test(arguments: [SIGTERM, SIGINT]) func foldersOfTheDemoAreRemoved(_ number: Int32) throws {
    let place = try Workplace()
    let arguments = ["demo", "--device", "cpu", "--epochs", "1000", "--quiet"]
    let run = try TremorProcess(arguments, environment: ["TMPDIR": place.folder.path]) { process in
      for _ in 0..<100 where place.files.isEmpty { Thread.sleep(forTimeInterval: 0.1) }
      #expect(!place.files.isEmpty)
      _ = kill(process.processIdentifier, number)
    }
    #expect(run.status == 128 + number)
    #expect(place.files.isEmpty, "\(place.files)")
  }
}
