import Attacks
import CPUBackend
import Compute
import Testing

/// Checks that what the projection gives up for being exact cannot be seen: an image far outside ends up on
/// the surface, to a few parts in a million.
func checkReach(_ threat: ThreatModel) async throws {
  let graph = try Graph { scope in
    let images = scope.full([2, 3, 8, 8], 0.5)
    let far = images + threat.step(along: scope.full([2, 3, 8, 8], 1), size: 3 * threat.radius)
    return [threat.distance(from: images, to: threat.project(far, around: images))]
  }
  var executable = try Executable(graph, on: try CPUDevice(threads: 1))
  for distance in try await executable.run()[0].floats {
    #expect(Double(distance) > threat.radius * (1 - 1e-5))
  }
}
