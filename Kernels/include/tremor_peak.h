// Kernels that do nothing but keep one part of the processor busy, to find out what it can do at most.
#pragma once
#include "tremor_kernels.h"

// What is measured. Pointers, integers and floats are those of a tremor_launch.
typedef enum tremor_peak {
  // Fused multiply-adds between registers: integers {rounds}; pointers {sink: float}.
  TREMOR_PEAK_MULTIPLY_ADD = 0,
  // a = b + scale * c: pointers {a, b, c}, integers {block}, floats {scale}; an item is `block` floats of each.
  TREMOR_PEAK_TRIAD = 1,
  // a = b: pointers {a, b}, integers {block}; an item is `block` floats of each.
  TREMOR_PEAK_COPY = 2,
  // The sum of a block read again and again: pointers {sink, block}, integers {block, rounds}; every item reads
  // `block` floats of its own `rounds` times.
  TREMOR_PEAK_READ = 3,
} tremor_peak;

// The kernel for `what`, or NULL where this build lacks `isa` or this processor does. Blocks are multiples of 64 floats.
tremor_kernel_function tremor_find_peak(tremor_peak what, tremor_isa isa);
// Multiply-adds of single numbers in one round of an item of TREMOR_PEAK_MULTIPLY_ADD.
int64_t tremor_peak_multiply_adds(tremor_isa isa);
// Bytes of the last level of cache, or a usual number where the system does not say.
int64_t tremor_last_cache_bytes(void);
