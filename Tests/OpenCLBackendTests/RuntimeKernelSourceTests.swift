import Testing

@testable import OpenCLBackend

struct RuntimeKernelSourceTests {
  private func code(_ root: String, _ texts: [String: String]) throws -> [Substring] {
    try KernelSource.assemble(root: root, texts: texts)
      .split(separator: "\n").filter { !$0.hasPrefix("#line") }
  }

  @Test("A text stands where it is first included, once, whatever the path that names it")
  func order() throws {
    let texts = [
      "cpu/family.cl": "#include \"prelude.cl\"\n#include \"../common/math.cl\"\nroot",
      "cpu/prelude.cl": "prelude",
      "common/math.cl": "#pragma once\n  # include \"../cpu/./prelude.cl\"\nmath\n#include <system.h>",
    ]
    #expect(try code("cpu/family.cl", texts) == ["prelude", "math", "#include <system.h>", "root"])
  }

  @Test("Lines keep their names and numbers")
  func lines() throws {
    let texts = ["a.cl": "first\n#include \"b.cl\"\nthird", "b.cl": "second"]
    let lines = try KernelSource.assemble(root: "a.cl", texts: texts).split(separator: "\n")
    #expect(
      lines == [
        "#line 1 \"a.cl\"", "first", "#line 1 \"b.cl\"", "second", "#line 3 \"a.cl\"", "third",
      ])
  }

  @Test("What is not an include is left alone")
  func others() throws {
    let text = "// #include \"x.cl\"\n#define A \"#include\"\nint b; #include \"x.cl\""
    #expect(try code("a.cl", ["a.cl": text]).joined(separator: "\n") == text)
  }

  @Test("A missing text and a cycle are errors that name the place")
  func errors() {
    func detail(_ texts: [String: String]) -> String? {
      do {
        _ = try KernelSource.assemble(root: "a.cl", texts: texts)
        return nil
      } catch {
        return error.kind == .invalidSource ? error.detail : nil
      }
    }
    #expect(detail(["a.cl": "\n#include \"b.cl\""])?.contains("a.cl:2 includes b.cl") == true)
    #expect(detail([:])?.contains("a.cl") == true)
    let cycle = ["a.cl": "#include \"b.cl\"", "b.cl": "#include \"a.cl\""]
    #expect(detail(cycle)?.contains("a.cl > b.cl > a.cl") == true)
  }

  @Test("Build logs name the text and line of a mistake", .enabled(if: RuntimeDevice.isPresent))
  func namedInLog() throws {
    let context = try RuntimeDevice.queue().context
    let texts = ["a.cl": "#include \"b.cl\"\n", "b.cl": "\nkernel void f() { wrong_name = 1; }\n"]
    let source = try KernelSource.assemble(root: "a.cl", texts: texts)
    do {
      _ = try OpenCLProgram.compiled(source, options: "", in: context)
      Issue.record("it was compiled")
    } catch {
      #expect(error.detail.contains("b.cl:2"))
    }
  }
}
