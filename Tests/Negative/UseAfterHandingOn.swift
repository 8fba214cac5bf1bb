// expect: used after consume
import Compute

func handOn(_ executable: consuming Executable) {}

func run(_ graph: Graph, _ device: any Device) throws {
  var executable = try Executable(graph, on: device)
  handOn(executable)
  try executable.launch()
}
