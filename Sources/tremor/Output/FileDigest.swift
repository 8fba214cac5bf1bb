import ArrayFiles
import Compute
import Datasets

/// Digests of what a result is about.
enum FileDigest {
  /// SHA-256 of a file's bytes, as `sha256sum` prints it.
  ///
  /// - Throws: `FileError` if the file cannot be read.
  static func sha256(of path: String) throws -> String { SHA256.hexadecimal(of: try InputFile(path).read()) }

  /// SHA-256 of samples: their shape as text, as in `[500, 1, 8, 8]`, the elements as little-endian float32, the labels as
  /// little-endian int32.
  ///
  /// It belongs to what was computed on, whatever files that came from.
  static func sha256(of samples: Samples) -> String {
    var hash = SHA256()
    hash.update(Array("\(samples.inputs.shape)".utf8))
    hash.update(samples.inputs.bytes)
    hash.update(HostArray([samples.labels.count], samples.labels).bytes)
    return hash.hexadecimal()
  }
}
