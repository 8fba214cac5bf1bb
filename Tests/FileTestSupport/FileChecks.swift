import ArrayFiles
import ComputeTestSupport
import Foundation

/// A file in the folder `Fixtures` beside the test.
public func fixture(_ name: String, of file: String = #filePath) -> String {
  URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
}

/// The folder of shared test data, nil where it is absent.
public let sharedData: String? = {
  var url = URL(fileURLWithPath: #filePath)
  for _ in 0..<4 { url.deleteLastPathComponent() }
  let path = url.appendingPathComponent("shared/data").path
  return FileManager.default.fileExists(atPath: path) ? path : nil
}()

/// Checks that every damaged variant of a file is read or refused by an error that names it, and soon.
public func checkDamage(
  _ original: [UInt8], seed: UInt64, as name: String = "damaged", _ read: (String) throws -> Void
) throws {
  let folder = try TestFolder()
  for (index, bytes) in DamagedBytes(original, seed: seed).enumerated() {
    let path = try folder.write(bytes, as: name)
    let start = ContinuousClock.now
    do {
      try read(path)
    } catch {
      guard error is FileError, "\(error)".contains(path) else {
        throw CheckFailure("case \(index): no error of the file at \(path), but \(error)")
      }
    }
    // Such a case takes milliseconds; a machine that does much else may take long over it.
    guard ContinuousClock.now - start < .seconds(5) else {
      throw CheckFailure("case \(index) took too long")
    }
  }
}

/// The message of what `body` throws, nil if it throws nothing.
public func failure(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
