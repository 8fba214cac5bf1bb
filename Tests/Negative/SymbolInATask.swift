// expect: risks causing data races
import Compute

func escape(_ images: Tensor) {
  Task { _ = images.relu() }
}
