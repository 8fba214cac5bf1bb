/// Puts the text of a program together from texts that include each other.
package enum KernelSource {
  /// The text of `root` with every line `#include "path"` replaced by the text at that path.
  ///
  /// Drivers have no file system to look into, so nothing of the kind may be left for them. Paths are
  /// relative to the folder of the including text. A text is taken once, where it is first included; `#line`
  /// directives keep the names and lines of the texts in build logs. Includes in `<>` stay.
  ///
  /// The texts are given by path, such as `cpu/family.cl`.
  ///
  /// - Throws: A failure of kind `invalidSource` that names the text and line of an include that is missing
  ///   or that leads back to a text it came from.
  package static func assemble(root: String, texts: [String: String]) throws(OpenCLError) -> String {
    var assembly = Assembly(texts: texts)
    try assembly.include(root, from: "the root")
    return assembly.output
  }

  private struct Assembly {
    let texts: [String: String]
    var output = ""
    private var taken: Set<String> = []
    private var open: [String] = []

    init(texts: [String: String]) {
      self.texts = texts
    }

    mutating func include(_ path: String, from place: String) throws(OpenCLError) {
      if open.contains(path) {
        let cycle = (open + [path]).joined(separator: " > ")
        throw failure("\(place) includes \(path) from within itself: \(cycle)")
      }
      if !taken.insert(path).inserted { return }
      guard let text = texts[path] else { throw failure("\(place) includes \(path), which does not exist") }
      open.append(path)
      output += "#line 1 \"\(path)\"\n"
      try append(text, of: path)
      open.removeLast()
    }

    private mutating func append(_ text: String, of path: String) throws(OpenCLError) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        if let target = KernelSource.includedPath(in: line) {
          try include(KernelSource.resolved(target, beside: path), from: "\(path):\(index + 1)")
          output += "#line \(index + 2) \"\(path)\"\n"
        } else if KernelSource.isPragmaOnce(line) {
          output += "\n"
        } else {
          output += line + "\n"
        }
      }
    }

    private func failure(_ detail: String) -> OpenCLError {
      OpenCLError("assembly of a program", .success, kind: .invalidSource, detail: detail)
    }
  }

  /// The path of a line `#include "path"`, or nil for any other line.
  private static func includedPath(in line: Substring) -> String? {
    guard let directive = directive(in: line), directive.hasPrefix("include") else { return nil }
    let rest = directive.dropFirst("include".count).drop { $0 == " " || $0 == "\t" }
    guard rest.first == "\"" else { return nil }
    let path = rest.dropFirst().prefix { $0 != "\"" }
    return path.endIndex == rest.endIndex ? nil : String(path)
  }

  /// Whether a line says what holds for every text here; outside a header, compilers warn of it.
  private static func isPragmaOnce(_ line: Substring) -> Bool {
    guard let directive = directive(in: line) else { return false }
    return directive.split { $0 == " " || $0 == "\t" } == ["pragma", "once"]
  }

  /// What follows `#` in a line whose first character, spaces aside, it is.
  private static func directive(in line: Substring) -> Substring? {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    let start = line.drop(while: isSpace)
    return start.first == "#" ? start.dropFirst().drop(while: isSpace) : nil
  }

  /// The path of a text that is named from another, without `.` and `..`.
  private static func resolved(_ path: String, beside other: String) -> String {
    var parts = other.split(separator: "/").dropLast()
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }
}
