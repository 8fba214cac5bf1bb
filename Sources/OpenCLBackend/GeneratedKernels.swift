import Compute

/// Kernels written for the map programs of a plan, each distinct one once.
struct GeneratedKernels {
  private var texts: [String: String] = [:]
  private var names: [Key: String] = [:]

  private struct Key: Hashable {
    let kernel: String
    let program: MapProgram
  }

  /// Writes the kernels of those launches that have programs.
  init(_ launches: [Plan.Launch]) {
    for launch in launches {
      guard let program = launch.program else { continue }
      let key = Key(kernel: launch.kernel, program: program)
      if names[key] != nil { continue }
      // The text names nothing but the kernel, so equal texts under a name made of the text are one kernel.
      let draft = KernelWriter(program, name: "NAME").text(launch.kernel)
      let name = launch.kernel + "_" + SHA256.hexadecimal(of: draft).prefix(16)
      names[key] = name
      texts[name] = KernelWriter(program, name: name).text(launch.kernel)
    }
  }

  var isEmpty: Bool { texts.isEmpty }

  /// All kernels, in an order that depends on nothing but them.
  var text: String { texts.sorted { $0.key < $1.key }.map(\.value).joined(separator: "\n") }

  /// The name of the kernel of a launch, if it was written.
  func name(_ launch: Plan.Launch) -> String? {
    launch.program.flatMap { names[Key(kernel: launch.kernel, program: $0)] }
  }
}

/// Writes one kernel: a map program as a function, and the macro of `Kernels/gpu/map.cl` or `reduce.cl` around it.
struct KernelWriter {
  private let program: MapProgram
  private let name: String
  private let sources: Int
  private let destinations: Int

  init(_ program: MapProgram, name: String) {
    self.program = program
    self.name = name
    let loads = program.operands.filter { $0.element != .index }
    sources = (loads.map(\.source).max() ?? -1) + 1
    destinations = (program.results.map(\.destination).max() ?? 0) + 1
  }

  /// The text of the kernel that a plan calls `kernel`.
  func text(_ kernel: String) -> String {
    switch kernel {
    case "reduce_items": value + store + "REDUCE_ITEMS(\(name), \(fold), \(sources))\n"
    case "reduce_group": value + store + "REDUCE_GROUP(\(name), \(fold), \(sources))\n"
    case "reduce_segments": value + "REDUCE_SEGMENTS(\(name), \(fold), \(sources))\n"
    case "reduce_finish": store + "REDUCE_FINISH(\(name), \(fold))\n"
    default: map
    }
  }

  // MARK: Maps

  private var map: String {
    let bits = program.results.enumerated().filter { $0.element.element == .bit }
    var lines = coordinates("index", 0..<program.extents.count)
    let (body, registers) = computation
    lines += body
    for (index, result) in program.results.enumerated() {
      let register = registers[result.register] ?? "0"
      if result.element == .bit {
        lines.append("*bits |= (uint)(\(register) != 0) << \(index);")
      } else {
        let place = place(result.offset, result.strides)
        lines.append("store_\(result.element.suffix)(d\(result.destination), \(place), \(register));")
      }
    }
    let parameters = "MAP_SOURCES_\(sources) MAP_RESULTS_\(destinations) long index, uint *bits"
    let element = function("void \(name)_element(\(parameters))", lines)
    guard !bits.isEmpty else { return element + "MAP_KERNEL(\(name), \(sources), \(destinations))\n" }
    let bytes = function(
      "void \(name)_bytes(MAP_RESULTS_\(destinations) long byte, const uchar *bytes)",
      bits.map { "d\($0.element.destination)[byte] = bytes[\($0.offset)];" })
    return element + bytes + "MAP_BIT_KERNEL(\(name), \(sources), \(destinations))\n"
  }

  // MARK: Reductions

  private var kept: Int { program.fold?.kept ?? program.extents.count }

  private var fold: String {
    let names = ["sum", "max", "min", "argmax", "argmin"]
    return names[Int(program.fold?.code ?? 0)] + (program.fold?.element == .float32 ? "_f" : "_i")
  }

  private var value: String {
    let (body, registers) = computation
    let register = registers[program.results[0].register] ?? "0"
    let lines =
      coordinates("kept", 0..<kept) + coordinates("folded", kept..<program.extents.count) + body
      + ["return \(register);"]
    return function("lane \(name)_value(MAP_SOURCES_\(sources) long kept, long folded)", lines)
  }

  private var store: String {
    let result = program.results[0]
    let place = place(result.offset, Array(result.strides[..<kept]))
    return function(
      "void \(name)_store(global uchar *d0, long kept, lane value)",
      coordinates("kept", 0..<kept) + ["store_\(result.element.suffix)(d0, \(place), value);"])
  }

  // MARK: Parts

  private func function(_ head: String, _ lines: [String]) -> String {
    "INLINE \(head) {\n" + lines.map { "  \($0)\n" }.joined() + "}\n"
  }

  /// The coordinates along some axes of a linear index, which fits an int.
  ///
  /// The outermost extent is not in the text, so that the text is the same for every number of samples.
  private func coordinates(_ index: String, _ axes: Range<Int>) -> [String] {
    guard let first = axes.first else { return [] }
    var lines: [String] = []
    var rest = "(int)\(index)"
    for axis in axes.dropFirst().reversed() {
      lines.append("const int c\(axis) = \(rest) % \(program.extents[axis]);")
      lines.append("const int \(index)\(axis) = \(rest) / \(program.extents[axis]);")
      rest = "\(index)\(axis)"
    }
    lines.append("const int c\(first) = \(rest);")
    return lines
  }

  /// The element `offset + strides · coordinates`.
  private func place(_ offset: Int, _ strides: [Int]) -> String {
    let terms = strides.enumerated().filter { $0.element != 0 }.map { axis, stride in
      stride == 1 ? "c\(axis)" : "c\(axis) * \(stride)L"
    }
    return (["\(offset)L"] + terms).joined(separator: " + ")
  }

  /// The loads and instructions, each into a variable of its own, and the variable of each register at the end.
  private var computation: (lines: [String], registers: [Int: String]) {
    var lines: [String] = []
    var registers: [Int: String] = [:]
    for (index, operand) in program.operands.enumerated() {
      let place = place(operand.offset, operand.strides)
      let load =
        operand.element == .index
        ? "(int)(\(place))" : "load_\(operand.element.suffix)(s\(operand.source), \(place))"
      lines.append("const lane r\(index) = \(load);")
      registers[index] = "r\(index)"
    }
    for (index, instruction) in program.instructions.enumerated() {
      lines.append("const lane v\(index) = \(expression(instruction, registers));")
      registers[instruction.destination] = "v\(index)"
    }
    return (lines, registers)
  }

  private func expression(_ instruction: MapProgram.Instruction, _ registers: [Int: String]) -> String {
    var operands = instruction.operands.map(Int.init)
    switch instruction.opcode {
    case .constant: return "as_int(0x\(String(UInt32(bitPattern: instruction.operands[0]), radix: 16))u)"
    case .philox: operands = Array(operands[0]..<(operands[0] + 6))
    default: break
    }
    let names = operands.map { registers[$0] ?? "0" }.joined(separator: ", ")
    return "op_\(instruction.opcode.suffix)(\(names))"
  }
}

extension StoredElement {
  /// What the names of `load_` and `store_` functions end in.
  fileprivate var suffix: String {
    switch self {
    case .float32: "float32"
    case .int32, .index: "int32"
    case .uint8: "uint8"
    case .bool: "bool"
    case .bit: "bit"
    }
  }
}

extension Opcode {
  /// What the name of its function in `Kernels/gpu/map.cl` ends in.
  fileprivate var suffix: String { Self.suffixes[Int(rawValue)] }

  private static let suffixes = [
    "constant", "copy", "add_f", "sub_f", "mul_f", "div_f", "min_f", "max_f", "pow_f", "neg_f", "abs_f",
    "sign_f",
    "exp_f", "log_f", "sqrt_f", "rsqrt_f", "tanh_f", "sigmoid_f", "erf_f", "sin_f", "cos_f", "floor_f",
    "ceil_f",
    "round_f", "relu_f", "eq_f", "lt_f", "le_f", "add_i", "sub_i", "mul_i", "div_i", "rem_i", "min_i",
    "max_i",
    "neg_i", "abs_i", "sign_i", "eq_i", "lt_i", "le_i", "and", "or", "xor", "not", "shift_left",
    "shift_right",
    "select", "float_of_int", "int_of_float", "uint8_of_int", "bool_of_int", "bool_of_float", "fma_f",
    "philox", "tan_f", "asin_f", "acos_f", "atan_f", "sinh_f", "cosh_f", "asinh_f", "acosh_f", "atanh_f",
  ]
}
