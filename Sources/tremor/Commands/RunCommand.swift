import ArgumentParser
import ArrayFiles
import Compute
import DeviceSelection
import Foundation
import Networks
import ONNX

/// `tremor run`: the outputs of any model.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a model on arrays and store its outputs.",
    discussion: """
      For example, a generator of two inputs:

        tremor run generator.onnx noise.npy condition.pb --output-dir results

      Inputs are given in the model's order, as .npy files or as ONNX tensors (.pb). The outputs are written \
      as output_0.npy, output_1.npy and so on, with the element types that the model declares.
      """)

  @Argument(help: "The model, an ONNX file.") var model: String

  @Argument(help: "One .npy or .pb file for each input, in order.") var inputs: [String] = []

  @Option(help: ArgumentHelp("The folder for the outputs; it is made if it is missing.", valueName: "dir"))
  var outputDir = "."

  @OptionGroup var device: DeviceOptions
  @OptionGroup var idle: IdleSampleOptions
  @OptionGroup var answer: OutputOptions

  func run() async throws {
    idle.remark(on: "run", answer)
    var watch = Stopwatch()
    let file = try ONNXModel(contentsOf: model)
    let folder = try OutputFolder(outputDir)
    let names = file.outputs.indices.map { folder.path(of: "output_\($0).npy") }
    for name in names { _ = try OutputFile(name) }
    let values = try arguments(of: file)
    let model = try file.model(for: values)
    var seconds = ["load": watch.lap()]

    let entry = try device.entry(answer)
    let arguments = try values.map { try $0.hostArray(keepingBytes: false) }
    let graph = try Graph { scope in
      let symbols = arguments.enumerated().map { scope.input("input\($0)", $1.shape, $1.type.element) }
      return model.bound(in: scope)(symbols)
    }
    let weights = try Weights(model.values, on: entry.device)
    var executable = try Executable(graph, on: entry.device)
    seconds["prepare"] = watch.lap()
    let named = arguments.enumerated().map { ("input\($0)", $1) }
    let results = try await executable.run(Dictionary(uniqueKeysWithValues: named), reading: weights)
    seconds["run"] = watch.lap()

    var outputs: [RunReport.Output] = []
    for (index, (port, result)) in zip(file.outputs, results).enumerated() {
      let array = StoredArray(result, as: port.element)
      try NPYFile.write(array, to: names[index])
      outputs.append(RunReport.Output(port.name, array, result, path: names[index]))
    }
    folder.keep()
    let findings = file.remarks.map { Warning($0) } + RunReport.findings(outputs)
    try answer.answer("run", on: entry, findings: findings) {
      RunReport(
        model: try ModelPart(path: self.model), inputs: self.inputs, outputs: outputs, seconds: seconds)
    } text: {
      RunReport.text(outputs)
    }
  }

  /// The inputs, each of the type that the model declares.
  private func arguments(of file: ONNXModel) throws -> [StoredArray] {
    guard inputs.count == file.inputs.count else {
      let ports = file.inputs.map { "'\($0.name)' \($0)" }.joined(separator: ", ")
      throw CommandFailure(
        "\(file.path): the model takes \(file.inputs.count) inputs (\(ports)), and \(inputs.count) were given"
      )
    }
    return try zip(inputs, file.inputs).map { path, port in
      let array =
        path.hasSuffix(".pb")
        ? try StoredArray(tensorProto: InputFile(path).read(), path: path) : try NPYFile.read(path)
      guard let converted = array.converted(to: port.element) else {
        throw CommandFailure(
          "\(path): it holds \(array.element.rawValue), and input '\(port.name)' of \(file.path) is \(port)")
      }
      return converted
    }
  }
}
