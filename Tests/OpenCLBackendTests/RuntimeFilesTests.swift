import Compute
import FileTestSupport
import Foundation
import Testing

@testable import OpenCLBackend

struct RuntimeFilesTests {
  @Test(
    "The digest is SHA-256",
    arguments: [
      ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
  func digest(text: String, repetitions: Int, digits: String) {
    #expect(SHA256.hexadecimal(of: String(repeating: text, count: repetitions)) == digits)
  }

  @Test("A sealed file opens to its content, and no shorter file opens", arguments: [0, 1, 63, 64, 1000])
  func sealing(count: Int) {
    let content = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let file = CachedFile.sealed(content)
    #expect(CachedFile.opened(file) == content)
    for length in stride(from: 0, to: file.count, by: 7) {
      #expect(CachedFile.opened(Array(file[..<length])) == nil)
    }
    #expect(CachedFile.opened(file + [0]) == nil)
  }

  @Test("The least recently used files go first when a cache is full")
  func leastRecentlyUsed() throws {
    let folder = try TestFolder()
    let cache = FileCache(root: folder.path, section: "device", limit: 3 * 148)
    for (age, name) in ["a", "b", "c"].enumerated() {
      try cache.store([UInt8](repeating: 1, count: 100), as: name)
      let date = Date(timeIntervalSinceNow: TimeInterval(age - 1000))
      try FileManager.default.setAttributes(
        [.modificationDate: date], ofItemAtPath: folder.path + "/device/" + name)
    }
    #expect(cache.content(of: "a") != nil)
    try cache.store([UInt8](repeating: 1, count: 100), as: "d")
    #expect(["a", "b", "c", "d"].filter { cache.content(of: $0) != nil } == ["a", "c", "d"])
  }

  @Test("The folder follows the environment")
  func location() {
    func folder(_ environment: [String: String]) -> String? {
      CacheLocation(environment: environment).folder
    }
    #expect(folder(["TREMOR_CACHE_DIR": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"]) == "/a")
    #expect(folder(["XDG_CACHE_HOME": "/b", "HOME": "/c"]) == "/b/tremor")
    #expect(folder(["XDG_CACHE_HOME": "b", "HOME": "/c"]) == "/c/.cache/tremor")
    #expect(folder(["HOME": "/c", "TREMOR_CACHE": "off"]) == nil)
    #expect(folder([:]) == nil)
  }
}
