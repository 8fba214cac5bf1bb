internal import CKernels
public import Compute
internal import Foundation

/// The kernels of this build by name, read from their texts.
public enum KernelList {
  /// The names of a family's kernels that plans may launch, in alphabetical order.
  public static func names(of family: KernelFamily) -> [String] {
    // In the GPU family maps and reductions are generated, a kernel for each program.
    let generated = ["map", "reduce_items", "reduce_group", "reduce_segments", "reduce_finish"]
    let written = texts(in: family.rawValue).flatMap { names(in: $0, family) }
    return Set(written + (family == .gpu ? generated : [])).sorted()
  }

  /// The embedded texts below a folder.
  private static func texts(in folder: String) -> [String] {
    (0..<tremor_text_count()).compactMap { index in
      // SAFETY: index is below the count; paths and texts are constants that end in a zero byte.
      let text = unsafe tremor_text_at(index)
      let path = unsafe String(cString: text.path)
      return path.hasPrefix(folder + "/") ? unsafe String(cString: text.bytes) : nil
    }
  }

  private static func names(in text: String, _ family: KernelFamily) -> [String] {
    let lines = text.split(separator: "\n")
    // The CPU family lists each kernel once, where it is made callable from C.
    if family == .cpu { return lines.compactMap { argument(of: "HOST_KERNEL", in: $0) } }
    var (names, makers): ([String], [String]) = ([], [])
    var macro: String?
    for line in lines {
      if line.hasPrefix("#define "), let end = line.firstIndex(of: "(") {
        macro = String(line[line.index(line.startIndex, offsetBy: 8)..<end])
      }
      if let name = kernelName(in: line) {
        if name.contains(where: \.isLowercase) {
          names.append(name)
        } else if let macro {
          makers.append(macro)
        }
      }
      if !line.hasSuffix("\\") { macro = nil }
      names += makers.compactMap { argument(of: $0, in: line) }
    }
    return names
  }

  /// What stands behind `kernel void`, up to the parenthesis.
  private static func kernelName(in line: Substring) -> String? {
    guard !line.hasPrefix("//"), let start = line.range(of: "kernel void ")?.upperBound,
      let end = line[start...].firstIndex(of: "(")
    else { return nil }
    return String(line[start..<end])
  }

  /// The first argument where a line begins with this macro, if that is a name.
  private static func argument(of macro: String, in line: Substring) -> String? {
    guard line.hasPrefix(macro + "(") else { return nil }
    let name = line.dropFirst(macro.count + 1).prefix { $0 != "," && $0 != ")" }
    return name.isEmpty || !name.contains(where: \.isLowercase) ? nil : String(name)
  }
}
