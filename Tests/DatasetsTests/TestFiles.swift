import ArrayFiles
import ComputeTestSupport
import Foundation
import Testing

/// A folder for the files of one test, removed with it.
final class TestFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("tremor-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, making the folders that it lies in.
  @discardableResult
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return "\(path)/\(name)"
  }
}

/// Images that `Scripts/make-image-fixtures.py` made.
func fixture(_ name: String) -> String {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}

/// The folder of shared test data, nil where it is absent.
let sharedData: String? = {
  var url = URL(fileURLWithPath: #filePath)
  for _ in 0..<4 { url.deleteLastPathComponent() }
  let path = url.appendingPathComponent("shared/data").path
  return FileManager.default.fileExists(atPath: path) ? path : nil
}()

/// Checks that every damaged variant of a file is read or refused by an error that names it, and soon.
func checkDamage(
  _ original: [UInt8], seed: UInt64, as name: String = "damaged", _ read: (String) throws -> Void
) throws {
  let folder = try TestFolder()
  for (index, bytes) in DamagedBytes(original, seed: seed).enumerated() {
    let path = try folder.write(bytes, as: name)
    let start = ContinuousClock.now
    do {
      try read(path)
    } catch {
      #expect(error is FileError, "case \(index): \(error)")
      #expect("\(error)".contains(path), "case \(index): \(error)")
    }
    // Such a case takes milliseconds; a machine that does much else may take long over it.
    #expect(ContinuousClock.now - start < .seconds(5), "case \(index) took too long")
  }
}

/// The message of what `body` throws, nil if it throws nothing.
func failure(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
