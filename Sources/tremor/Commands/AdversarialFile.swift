import ArrayFiles
import Compute
import Datasets

/// The file for images that an attack found.
struct AdversarialFile {
  let path: String

  init(_ path: String) { self.path = path }

  /// Writes the images: .npz with labels and indices, so that another model can be judged on them, otherwise .npy.
  ///
  /// - Parameters:
  ///   - images: `[N, ...]`, pixels of 0...1.
  ///   - samples: Those that were attacked, in the same order.
  func write(_ images: HostArray, _ samples: Samples) throws(FileError) {
    let array = StoredArray(images)
    guard path.lowercased().hasSuffix(".npz") else { return try NPYFile.write(array, to: path) }
    let shape = [samples.count]
    let labels = StoredArray(shape: shape, integers: samples.labels.map { Int64($0) }, as: .int64)
    let indices = StoredArray(
      shape: shape, integers: (0..<samples.count).map { Int64(samples.number(of: $0)) }, as: .int64)
    try NPZArchive.write([("images", array), ("labels", labels), ("indices", indices)], to: path)
  }
}
