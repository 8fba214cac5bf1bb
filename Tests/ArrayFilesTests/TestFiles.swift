import ArrayFiles
import ComputeTestSupport
import Foundation
import Testing

/// A folder for the files of one test, removed with it.
final class TestFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("tremor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// The names of everything in the folder, hidden files included.
  var names: Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [])
  }
}

/// Files as numpy wrote them; `Scripts/make-array-fixtures.py` made them.
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
func checkDamage(_ original: [UInt8], seed: UInt64, _ read: (String) throws -> Void) throws {
  let folder = try TestFolder()
  for (index, bytes) in DamagedBytes(original, seed: seed).enumerated() {
    let path = try folder.write(bytes, as: "damaged")
    let start = ContinuousClock.now
    do {
      try read(path)
    } catch {
      #expect(error is FileError, "case \(index): \(error)")
      #expect("\(error)".hasPrefix(path), "case \(index): \(error)")
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

extension ArrayElement {
  /// An array of shape `[2, 3]` with numbers that this type holds exactly, its ends among them where doubles
  /// can.
  var sample: StoredArray {
    let numbers: [Double] =
      switch self {
      case .bool: [0, 1, 1, 0, 1, 0]
      case .int8: [-128, 127, 0, 1, -1, 42]
      case .int16: [-32_768, 32_767, 0, 1, -1, 4_242]
      case .int32: [-2_147_483_648, 2_147_483_647, 0, 1, -1, 424_242]
      case .int64: [-0x1p63, 0x1p62, 0, 1, -1, 0x1p40]
      case .uint8: [0, 255, 1, 2, 3, 42]
      case .uint16: [0, 65_535, 1, 2, 3, 4_242]
      case .uint32: [0, 4_294_967_295, 1, 2, 3, 424_242]
      case .uint64: [0, 0x1p63, 1, 2, 3, 0x1p40]
      case .float16: [-65_504, 0x1p-24, 0, 0.5, .infinity, -1]
      case .bfloat16: [-0x1.fep127, 0x1p-133, 0, 0.5, .infinity, -1]
      case .float32: [-0x1.fffffep127, 0x1p-149, 0, Double(0.1 as Float), .infinity, -1]
      case .float64: [-0x1.fffffffffffffp1023, 0x1p-1074, 0, 0.1, .infinity, -1]
      }
    return StoredArray(shape: [2, 3], doubles: numbers, as: self)
  }
}
