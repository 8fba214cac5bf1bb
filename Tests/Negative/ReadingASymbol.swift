// expect: value of type 'Tensor' has no member 'read'
import Compute

func peek(_ images: Tensor) async throws {
  _ = try await images.read()
}
