import Attacks
import Compute
import Datasets
import Networks
import ONNX
import Training

/// One of the networks of the demo: the same layers, trained on clean images or on attacked ones.
struct DemoNetwork {
  /// What it is trained on.
  let name: String
  /// What changes the images of a step, if anything.
  let attack: ProjectedGradientDescent?

  static let all = [
    DemoNetwork(name: "clean", attack: nil),
    DemoNetwork(name: "attacked", attack: ProjectedGradientDescent(.lInfinity(0.2), steps: 5)),
  ]

  private static let layers = Sequential(
    Convolution(16, kernel: 3, padding: 1, initializer: .kaimingNormal()), Activation.relu,
    Convolution(32, kernel: 3, padding: 1, initializer: .kaimingNormal()), Activation.relu, MaxPool(2),
    Convolution(32, kernel: 3, padding: 1, initializer: .kaimingNormal()), Activation.relu,
    Flatten(), Linear(10))

  /// A network that was trained, written as a file and read back.
  struct Trained {
    let name: String
    /// What the file says.
    let model: Model
    /// The file, where it stays.
    let path: String?
    /// The last epoch.
    let epoch: Trainer.Epoch
    /// How long training took, with preparation, and on which device.
    let seconds: Double
    let device: String

    var remark: String {
      "trained on \(name) images in \(Format.fixed(seconds, 1)) s on \(device), last loss "
        + "\(Format.fixed(epoch.loss, 3)); written as ONNX\(path.map { " to \($0)" } ?? "") and read back"
    }
  }

  /// Trains the network on the embedded digits, writes it to a folder and reads it back.
  func trained(
    epochs: Int, seed: UInt64, device: any Device, folder: DemoFolder
  ) async throws -> Trained {
    let start = ContinuousClock.now
    let set = try TrainingSet(images: Digits.training.inputs, labels: Digits.training.labels)
    let model = try Model(Self.layers, input: set.imageShape, seed: seed)
    let result = try await trainer(epochs, seed).train(model, on: set, device: device)
    let path = try folder.write(result.model.onnx(named: "digits_\(name)"), as: file)
    return Trained(
      name: name, model: try ONNXModel(contentsOf: path).model(), path: folder.isTemporary ? nil : path,
      epoch: result.epochs[result.epochs.count - 1], seconds: start.duration(to: .now) / .seconds(1),
      device: device.name)
  }

  /// The file's name.
  var file: String { "digits-\(name).onnx" }

  /// Attacked images at the full rate from the start can leave a network that answers the same to everything, so the
  /// rate rises first.
  private func trainer(_ epochs: Int, _ seed: UInt64) -> Trainer {
    var trainer = Trainer(
      schedule: .cyclic(peak: 0.05, rising: 0.2), epochs: epochs, batch: 64, seed: seed)
    if let attack {
      trainer.adversary = { classifier, images, labels, randomness in
        attack.perturb(Victim(classifier, images: images, labels: labels, randomness: randomness))
      }
    }
    return trainer
  }
}
