import Foundation
import Testing

@testable import OpenCLBackend

/// The device that tests of the runtime use, where the machine has one.
enum RuntimeDevice {
  static let first = OpenCLInventory.current.devices.first { $0.description.isUsable }
  static let isPresent = first != nil

  static func queue(timing: Bool = false) throws -> CommandQueue {
    try CommandQueue(#require(first), timing: timing)
  }
}

/// Kernels for tests: `y = factor * x + shift`, and one that sums with local memory.
let runtimeTestSource = """
  kernel void scale(global const float *restrict x, global float *restrict y, const int shift,
                    const float factor) {
    const size_t k = get_global_id(0);
    y[k] = factor * x[k] + (float)shift;
  }

  kernel void groupSum(global const float *restrict x, global float *restrict sums, local float *scratch) {
    const size_t k = get_local_id(0);
    scratch[k] = x[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);
    if (k == 0) {
      float sum = 0.0f;
      for (size_t j = 0; j < get_local_size(0); j++) sum += scratch[j];
      sums[get_group_id(0)] = sum;
    }
  }
  """
