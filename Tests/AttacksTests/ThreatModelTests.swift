import AttackTestSupport
import Attacks
import CPUBackend
import Testing

@Suite struct ThreatModelTests {
  @Test(arguments: [0, 1.0 / 255, 8.0 / 255, 0.1, 0.3, 1]) func lInfinityBallObeysItsLaws(
    _ radius: Double
  ) async throws {
    try await checkGeometry(LInfinityGeometry(), radius: radius, on: CPUDevice(threads: 1))
  }

  @Test(arguments: [0, 0.01, 0.5, 1.5, 10]) func l2BallObeysItsLaws(_ radius: Double) async throws {
    try await checkGeometry(L2Geometry(), radius: radius, on: CPUDevice(threads: 1))
  }

  @Test func budgetsAreUsedUp() async throws {
    try await checkReach(.lInfinity(radius: 8.0 / 255))
    try await checkReach(.l2(radius: 0.5))
  }
}
